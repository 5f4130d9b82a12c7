/** The issuer of another provider, in faults. */
export const FOREIGN_ISSUER = 'https://issuer.example'

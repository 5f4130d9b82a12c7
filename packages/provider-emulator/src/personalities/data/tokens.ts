/** The prefix of a provider before a random text, as in `gho_…`. */
export const prefixed = (prefix: string) => (): string => `${prefix}${crypto.randomUUID().replaceAll('-', '')}`

/** What every Worker of the comparison is given. All secrets are made up. */
export interface Env {
  readonly ORIGIN: string
  readonly CLIENT_ID: string
  readonly CLIENT_SECRET: string
  /** 32 bytes in base64: the key that signs or seals. */
  readonly SECRET: string
}

/** The endpoints of the provider, as its metadata lists them. */
export const PROVIDER = {
  issuer: 'https://oauth.example',
  authorization: 'https://oauth.example/authorize',
  token: 'https://oauth.example/token',
  revocation: 'https://oauth.example/revoke',
  userinfo: 'https://oauth.example/userinfo',
}

export const SCOPES = ['openid', 'profile', 'email', 'items:read']

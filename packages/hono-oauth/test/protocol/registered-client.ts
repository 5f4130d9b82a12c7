import { type RegisteredClient, secretInBody } from '../../src/protocol/client.ts'

export const CLIENT_ID = 'client-1'
export const CLIENT_SECRET = 'canary-client-secret'
export const ISSUER = 'https://provider.example'

/** A client of a generic authorization server. */
export const registered: RegisteredClient = {
  server: {
    issuer: ISSUER,
    authorization_endpoint: `${ISSUER}/authorize`,
    token_endpoint: 'https://api.provider.example/token',
  },
  clientId: CLIENT_ID,
  authentication: secretInBody(CLIENT_SECRET),
}

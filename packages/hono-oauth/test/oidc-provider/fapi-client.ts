import { generateKeyPairSync } from 'node:crypto'
import { dpop } from 'hono-oauth/dpop'
import { privateKeyJwt } from 'hono-oauth/private-key-jwt'
import type { OidcOptions } from 'hono-oauth/providers/oidc'
import type { JWK } from 'oidc-provider'
import { noteSecret } from '../rig/notes.ts'
import type { ServerOptions } from './server.ts'

const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
/** The private key of the app, for its client assertions. */
export const privateKey = pair.privateKey.export({ format: 'jwk' })
noteSecret('a private key', privateKey.d)

/** The settings of a strict server, with the app as a strict client. */
export const SERVER: ServerOptions = {
  dpopNonces: true,
  client: {
    client_secret: undefined,
    token_endpoint_auth_method: 'private_key_jwt',
    token_endpoint_auth_signing_alg: 'ES256',
    jwks: { keys: [{ ...pair.publicKey.export({ format: 'jwk' }), kid: 'the-key' } as JWK] },
    id_token_signed_response_alg: 'PS256',
    dpop_bound_access_tokens: true,
    require_pushed_authorization_requests: true,
  },
}
/** The settings of the app. */
export const settings = (): Partial<OidcOptions> => ({
  clientSecret: undefined,
  clientAuthentication: privateKeyJwt({ key: privateKey, keyId: 'the-key' }),
  par: true,
  dpop: dpop(),
  idTokenAlg: 'PS256',
})

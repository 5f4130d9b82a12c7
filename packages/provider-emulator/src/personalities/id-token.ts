import { randomHex } from '../encoding.ts'
import type { Granted } from './contexts.ts'
import type { Model } from './model.ts'

const ID_TOKEN_SECONDS = 60 * 60

const inSeconds = (milliseconds: number): number => Math.floor(milliseconds / 1000)

/** The ID token of a login, if the provider has OpenID Connect and the login asks for it. */
export async function idTokenFor(
  { personality, services, client, keys }: Model,
  granted: Granted,
  nonce: string | undefined,
): Promise<string | undefined> {
  const { openid } = personality
  if (openid === undefined || !(openid.when === 'always' || granted.scopes.includes('openid'))) return undefined
  const use = { granted, host: '', params: granted.request }
  const iat = inSeconds(services.clock.now())
  const claims = {
    iss: typeof openid.issuer === 'string' ? openid.issuer : openid.issuer(use),
    sub: granted.account.id,
    aud: client.id,
    iat,
    exp: iat + ID_TOKEN_SECONDS,
    auth_time: inSeconds(granted.authTime),
    // Makes each ID token different, even within one second.
    jti: randomHex(8),
    nonce: openid.nonce === 'ignored' ? undefined : nonce,
    ...openid.claims(use),
  }
  return (await keys.current()).sign({}, claims)
}

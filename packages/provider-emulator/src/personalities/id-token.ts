import { signIdToken } from '../faults/id-token.ts'
import { idTokenClaims } from '../id-token-claims.ts'
import type { Granted } from './contexts.ts'
import type { Model } from './model.ts'

/** The ID token of a login, if the provider has OpenID Connect and the login asks for it. */
export async function idTokenFor(
  { personality, services, client, keys }: Model,
  granted: Granted,
  nonce: string | undefined,
): Promise<string | undefined> {
  const { openid } = personality
  if (openid === undefined || !(openid.when === 'always' || granted.scopes.includes('openid'))) return undefined
  const use = { granted, host: '', params: granted.request }
  const claims = idTokenClaims({
    issuer: typeof openid.issuer === 'string' ? openid.issuer : openid.issuer(use),
    subject: granted.account.id,
    clientId: client.id,
    now: services.clock.now(),
    authTime: granted.authTime,
    nonce: openid.nonce === 'ignored' ? undefined : nonce,
  })
  return signIdToken(services.scenarios, {
    keys,
    claims: { ...claims, ...openid.claims(use) },
    clientSecret: client.secret,
  })
}

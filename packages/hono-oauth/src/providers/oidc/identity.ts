import { digest } from '../../crypto/encoding.ts'
import { type BackChannel, invalid } from '../../protocol/back-channel.ts'
import type { JsonObject } from '../../protocol/json-body.ts'
import type { IssuedTokens } from '../../protocol/token-response.ts'
import type { Account } from '../contract.ts'
import { readText } from '../oauth2/account.ts'
import { type IssuerKeys, judgeIdToken } from './id-token.ts'
import type { OidcSettings } from './settings.ts'
import { readUserInfo } from './user-info.ts'

const NONCE_LENGTH = 43

/**
 * The nonce of a login. As a hash of its state, which is sealed in a cookie of the browser, it binds the ID
 * token to that browser and that login, and nobody has to remember it.
 *
 * @see {@link https://openid.net/specs/openid-connect-core-1_0.html#NonceNotes | OpenID Connect Core - section 15.5.2}
 */
export const nonceOf = (state: string) => digest(`oidc nonce ${state}`, NONCE_LENGTH)

/** What the tokens of one login are judged by. */
export interface LoginJudgement {
  readonly settings: OidcSettings
  readonly keys: IssuerKeys
  readonly nonce: string
  readonly userInfoEndpoint: string | undefined
  /** In seconds since the epoch. */
  readonly now: number
}

/**
 * Who has logged in. No token is used before the ID token was judged.
 *
 * @throws OAuthError `provider_response_invalid`, or that of newer keys that could not be had
 * @see {@link https://www.rfc-editor.org/rfc/rfc9700#section-4.5.3.2 | RFC 9700 - section 4.5.3.2}
 */
export async function identify(
  { idToken, accessToken }: IssuedTokens,
  { settings, keys, nonce, userInfoEndpoint, now }: LoginJudgement,
  backChannel: BackChannel,
): Promise<Account> {
  if (!idToken) throw invalid('a token response without an ID token')
  const { claims, fault } = await judgeIdToken(idToken, keys, settings, { nonce }, now)
  if (!claims) throw invalid(`an ID token that ${fault}`)
  const isAsked = userInfoEndpoint !== undefined && settings.userinfo !== false
  const info = isAsked
    ? await readUserInfo(userInfoEndpoint, claims.sub, accessToken, backChannel)
    : undefined
  return { id: claims.sub, name: nameIn(info) ?? nameIn(claims) ?? null }
}

function nameIn(claims: JsonObject | undefined): string | undefined {
  const { name, preferred_username, email } = claims ?? {}
  return readText(name) ?? readText(preferred_username) ?? readText(email)
}

import { digest } from '../../crypto/encoding.ts'
import { invalid, type JsonObject, readJsonObject } from '../../protocol/answer.ts'
import type { BackChannel } from '../../protocol/back-channel.ts'
import { requestRead } from '../../protocol/read-request.ts'
import type { IssuedTokens } from '../../protocol/token-response.ts'
import type { Secret } from '../../secret.ts'
import type { Account } from '../contract.ts'
import { readLimitedText } from '../oauth2/account.ts'
import { validateIdToken } from './id-token.ts'
import type { IssuerKeys } from './issuer.ts'
import type { OidcSettings } from './settings.ts'

const NONCE_LENGTH = 43

/**
 * The nonce of a login: a hash of the login's state. The sealed cookie of the login holds the state, so the nonce
 * binds the ID token to the browser and the login without storage.
 *
 * @see {@link https://openid.net/specs/openid-connect-core-1_0.html#NonceNotes | OpenID Connect Core - section 15.5.2}
 */
export const nonceOf = (state: string) => digest(`oidc nonce ${state}`, NONCE_LENGTH)

/** The values that the tokens of one login are checked against. */
export interface LoginExpectations {
  readonly settings: OidcSettings
  readonly keys: IssuerKeys
  readonly nonce: string
  readonly userInfoEndpoint: string | undefined
  /** In seconds since the epoch. */
  readonly now: number
}

/**
 * The account of a login. It validates the ID token before it uses the access token.
 *
 * @throws OAuthError `provider_response_invalid`, or the error of a failed read of newer keys
 * @see {@link https://www.rfc-editor.org/rfc/rfc9700#section-4.5.3.2 | RFC 9700 - section 4.5.3.2}
 */
export async function identify(
  { idToken, accessToken }: IssuedTokens,
  { settings, keys, nonce, userInfoEndpoint, now }: LoginExpectations,
  backChannel: BackChannel,
): Promise<Account> {
  if (!idToken) throw invalid('a token response without an ID token')
  const { claims, fault } = await validateIdToken(idToken, keys, settings, { nonce }, now)
  if (!claims) throw invalid(`an ID token that ${fault}`)
  const isAsked = userInfoEndpoint !== undefined && settings.userinfo !== false
  const info = isAsked ? await readUserInfo(userInfoEndpoint, claims.sub, accessToken, backChannel) : undefined
  return { id: claims.sub, name: nameIn(info) ?? nameIn(claims) ?? null }
}

/**
 * Reads the user info of the subject of an ID token. Only the name of the account depends on the user info, so a
 * login does not fail with an endpoint that fails or answers no JSON object.
 *
 * @throws OAuthError `provider_response_invalid` when the answer is about another subject
 * @see {@link https://openid.net/specs/openid-connect-core-1_0.html#UserInfo | OpenID Connect Core - section 5.3}
 */
async function readUserInfo(
  endpoint: string,
  subject: string,
  accessToken: Secret,
  backChannel: BackChannel,
): Promise<JsonObject | undefined> {
  const authorization = `Bearer ${accessToken.reveal()}`
  const request = requestRead(endpoint, { authorization }, backChannel)
  const response = await request.catch(() => undefined)
  const claims = response?.status === 200 ? await readJsonObject(response) : undefined
  if (claims && claims['sub'] !== subject) throw invalid('user info about another subject')
  return claims
}

function nameIn(claims: JsonObject | undefined): string | undefined {
  const { name, preferred_username, email } = claims ?? {}
  return readLimitedText(name) ?? readLimitedText(preferred_username) ?? readLimitedText(email)
}

import { digest } from '../../crypto/encoding.ts'
import { invalid, type JsonObject, readJsonObject } from '../../protocol/answer.ts'
import type { BackChannel } from '../../protocol/back-channel.ts'
import { requestRead } from '../../protocol/read-request.ts'
import type { IssuedTokens } from '../../protocol/token-response.ts'
import type { Account, Details } from '../contract.ts'
import { sendAsConnection } from '../described/api.ts'
import { type Described, detailsIn } from '../described/described.ts'
import type { Person } from '../described/login-leg.ts'
import { firstTextAt } from '../described/path.ts'
import { validateIdToken } from './id-token.ts'
import type { IssuerKeys, Metadata } from './issuer.ts'
import type { OidcSettings } from './settings.ts'

const NONCE_LENGTH = 43
const NAMES = ['name', 'preferred_username', 'email']

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
  readonly metadata: Metadata
  /** In seconds since the epoch. */
  readonly now: number
}

/**
 * The claims of a login's ID token, and the user info. It validates the ID token before it uses the access token.
 *
 * @param details - those that are known before; the claims may tell more
 * @throws OAuthError `provider_response_invalid`, or the error of a failed read of newer keys
 * @see {@link https://www.rfc-editor.org/rfc/rfc9700#section-4.5.3.2 | RFC 9700 - section 4.5.3.2}
 */
export async function readClaims(
  described: Described,
  tokens: IssuedTokens,
  details: Details,
  { settings, keys, nonce, metadata, now }: LoginExpectations,
  backChannel: BackChannel,
): Promise<Person> {
  if (!tokens.idToken) throw invalid('a token response without an ID token')
  const { claims, fault } = await validateIdToken(tokens.idToken, keys, settings, { nonce }, now)
  if (!claims) throw invalid(`an ID token that ${fault}`)
  const { userinfo_endpoint: endpoint } = metadata
  const isAsked = endpoint !== undefined && settings.userinfo !== false
  const grant = { ...tokens, details: { ...details, ...detailsIn(described, { claims }) } }
  const read = (url: string) =>
    sendAsConnection(described, grant, { url: new URL(url), now }, (headers) => requestRead(url, headers, backChannel))
  const userinfo = isAsked ? await readUserInfo(claims.sub, () => read(endpoint)) : undefined
  return { claims, userinfo }
}

/** The account of an OpenID provider whose description names none. */
export function accountOf({ claims = {}, userinfo }: Person): Account {
  const paths = ['userinfo', 'claims'].flatMap((source) => NAMES.map((name) => `${source}.${name}`))
  return { id: String(claims['sub']), name: firstTextAt({ claims, userinfo }, paths) ?? null }
}

/**
 * Reads the user info of the subject of an ID token. Details depend on the user info alone, so a login does not fail
 * with an endpoint that fails or answers no JSON object.
 *
 * @throws OAuthError `provider_response_invalid` when the answer is about another subject
 * @see {@link https://openid.net/specs/openid-connect-core-1_0.html#UserInfo | OpenID Connect Core - section 5.3}
 */
async function readUserInfo(subject: string, read: () => Promise<Response>): Promise<JsonObject | undefined> {
  const response = await read().catch(() => undefined)
  const claims = response?.status === 200 ? await readJsonObject(response) : undefined
  if (claims && claims['sub'] !== subject) throw invalid('user info about another subject')
  return claims
}

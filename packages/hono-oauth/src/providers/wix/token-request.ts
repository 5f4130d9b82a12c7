import { OAuthError } from '../../errors.ts'
import { invalid, type JsonObject, readErrorName, readJsonObject, unavailable } from '../../protocol/answer.ts'
import type { BackChannel } from '../../protocol/back-channel.ts'
import { postJson, secretsBehind } from '../../protocol/client.ts'
import { readToken, type TokenSet } from '../../protocol/token-response.ts'
import type { Secret } from '../../secret.ts'
import { WIX_API, type WixApp } from './wix-api.ts'

// The documented lifetimes in seconds: the older endpoint sends no lifetime, and the newer one not always.
const CLIENT_CREDENTIALS_LIFETIME = 14_400
const CUSTOM_AUTHENTICATION_LIFETIME = 300

/**
 * Requests an access token for an app instance with client credentials.
 *
 * @throws OAuthError `needs_reauth` when the app is no longer installed on the site
 * @see {@link https://dev.wix.com/docs/rest/app-management/oauth-2/create-access-token | Wix - Create Access Token}
 */
export async function mintToken(app: WixApp, instanceId: string, backChannel: BackChannel): Promise<TokenSet> {
  const grant = { grant_type: 'client_credentials', instance_id: instanceId }
  const json = await post(app, '/oauth2/token', grant, backChannel)
  const { expires_in: lifetime } = json
  const isLifetime = typeof lifetime === 'number' && lifetime > 0
  return {
    accessToken: requireToken(json, 'access_token'),
    expiresInSeconds: isLifetime ? lifetime : CLIENT_CREDENTIALS_LIFETIME,
  }
}

/**
 * Exchanges the code of custom authentication, once. The answer has neither `token_type` nor `expires_in`.
 *
 * @throws OAuthError `code_rejected` for a code that Wix refuses
 * @see {@link https://dev.wix.com/docs/rest/app-management/oauth-2/request-an-access-token | Wix - Request an Access Token}
 */
export async function exchangeCode(app: WixApp, code: string, backChannel: BackChannel): Promise<TokenSet> {
  const grant = { grant_type: 'authorization_code', code }
  const json = await post(app, '/oauth/access', grant, backChannel, 'code_rejected')
  return { ...customTokens(json), refreshToken: requireToken(json, 'refresh_token') }
}

/**
 * Requests another access token of custom authentication. The refresh token does not change, and is valid
 * as long as the app is installed on the site.
 *
 * @throws OAuthError `needs_reauth` when the app is no longer installed on the site
 * @see {@link https://dev.wix.com/docs/rest/app-management/oauth-2/refresh-an-access-token | Wix - Refresh an Access Token}
 */
export async function refreshToken(app: WixApp, token: Secret, backChannel: BackChannel): Promise<TokenSet> {
  const grant = { grant_type: 'refresh_token', refresh_token: token.reveal() }
  const json = await post(app, '/oauth/access', grant, backChannel)
  return { ...customTokens(json), refreshToken: readToken(json['refresh_token']) ?? token }
}

function customTokens(json: JsonObject): TokenSet {
  return { accessToken: requireToken(json, 'access_token'), expiresInSeconds: CUSTOM_AUTHENTICATION_LIFETIME }
}

/**
 * Wix accepts only JSON, with the credentials of the client in the body. It documents neither statuses nor codes. A 400
 * or 404 for a credential that worked before means that the app was removed; 401 and 403 are about the credentials of
 * the app; any other status is temporary.
 *
 * @param rejected - the code of the error for a credential that Wix refuses
 */
async function post(
  { appId, appSecret }: WixApp,
  path: string,
  grant: Readonly<Record<string, string>>,
  backChannel: BackChannel,
  rejected: 'code_rejected' | 'needs_reauth' = 'needs_reauth',
): Promise<JsonObject> {
  const credentials = { client_id: appId, client_secret: appSecret.reveal() }
  const response = await postJson(new URL(path, WIX_API), { ...grant, ...credentials }, backChannel)
  const { status } = response
  const json = await readJsonObject(response)
  if (status === 200 && json) return json
  if (status === 200) throw invalid('a token response that is no JSON object')
  const cause = new Error(`the token endpoint answered ${status}`)
  const isClient = json?.['error'] === 'invalid_client' || status === 401 || status === 403
  const providerError = readErrorName(json?.['error'], secretsBehind(response))
  if (isClient) throw new OAuthError('client_rejected', { cause, providerError })
  if (status === 400 || status === 404) throw new OAuthError(rejected, { cause, providerError })
  throw unavailable('the token endpoint', response)
}

function requireToken(json: JsonObject, member: string): Secret {
  const token = readToken(json[member])
  if (!token) throw invalid(`a token response without a usable "${member}"`)
  return token
}

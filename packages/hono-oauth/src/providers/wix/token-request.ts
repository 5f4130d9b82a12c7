import { OAuthError } from '../../errors.ts'
import type { BackChannel } from '../../protocol/back-channel.ts'
import { invalid } from '../../protocol/back-channel.ts'
import { type JsonObject, readJsonObject } from '../../protocol/json-body.ts'
import { unavailable } from '../../protocol/retry-after.ts'
import type { TokenSet } from '../../protocol/token-response.ts'
import { isTokenText } from '../../protocol/token-text.ts'
import { Secret } from '../../secret.ts'
import { WIX_API, type WixApp } from './wix-app.ts'

// Wix documents these lifetimes; the older endpoint tells none, the newer one not always. Seconds.
const CLIENT_CREDENTIALS_LIFETIME = 14_400
const CUSTOM_AUTHENTICATION_LIFETIME = 300

/**
 * Mints an access token for an app instance: the instance id is the credential that is kept.
 *
 * @throws OAuthError `needs_reauth` when the app is not on the site any more
 * @see {@link https://dev.wix.com/docs/rest/app-management/oauth-2/create-access-token | Wix - Create Access Token}
 */
export async function mintToken(
  app: WixApp,
  instanceId: string,
  backChannel: BackChannel,
): Promise<TokenSet> {
  const json = await post(app, '/oauth2/token', backChannel, {
    grant_type: 'client_credentials',
    instance_id: instanceId,
  })
  const { expires_in: lifetime } = json
  const isLifetime = typeof lifetime === 'number' && lifetime > 0
  return {
    accessToken: readToken(json, 'access_token'),
    expiresInSeconds: isLifetime ? lifetime : CLIENT_CREDENTIALS_LIFETIME,
  }
}

/**
 * Turns the code of custom authentication into tokens, once.
 *
 * Its answer has neither `token_type` nor `expires_in`.
 *
 * @throws OAuthError `code_rejected` for a code that Wix does not take
 * @see {@link https://dev.wix.com/docs/rest/app-management/oauth-2/request-an-access-token | Wix - Request an Access Token}
 */
export async function exchangeCode(
  app: WixApp,
  code: string,
  backChannel: BackChannel,
): Promise<TokenSet> {
  try {
    const json = await post(app, '/oauth/access', backChannel, {
      grant_type: 'authorization_code',
      code,
    })
    return {
      ...customTokens(json),
      refreshToken: readToken(json, 'refresh_token'),
    }
  } catch (error) {
    const isRefused = error instanceof OAuthError && error.code === 'needs_reauth'
    throw isRefused ? new OAuthError('code_rejected', { cause: error.cause }) : error
  }
}

/**
 * Gets another access token of custom authentication. The refresh token does not change and lives as
 * long as the app is on the site.
 *
 * @throws OAuthError `needs_reauth` when the app is not on the site any more
 * @see {@link https://dev.wix.com/docs/rest/app-management/oauth-2/refresh-an-access-token | Wix - Refresh an Access Token}
 */
export async function refreshToken(
  app: WixApp,
  token: Secret,
  backChannel: BackChannel,
): Promise<TokenSet> {
  const json = await post(app, '/oauth/access', backChannel, {
    grant_type: 'refresh_token',
    refresh_token: token.reveal(),
  })
  const next = json['refresh_token']
  return {
    ...customTokens(json),
    refreshToken: typeof next === 'string' && isTokenText(next) ? new Secret(next) : token,
  }
}

function customTokens(json: JsonObject): TokenSet {
  return {
    accessToken: readToken(json, 'access_token'),
    expiresInSeconds: CUSTOM_AUTHENTICATION_LIFETIME,
  }
}

/** Wix takes JSON alone, with the client's credentials in it. */
async function post(
  { appId, appSecret }: WixApp,
  path: string,
  backChannel: BackChannel,
  parameters: Readonly<Record<string, string>>,
): Promise<JsonObject> {
  const response = await backChannel.request(new URL(path, WIX_API), {
    method: 'POST',
    headers: { accept: 'application/json', 'content-type': 'application/json' },
    body: JSON.stringify({
      ...parameters,
      client_id: appId,
      client_secret: appSecret.reveal(),
    }),
  })
  const json = await readJsonObject(response)
  if (response.status !== 200) throw refusal(response, json)
  if (!json) throw invalid('a token answer that is no JSON object')
  return json
}

/**
 * Wix documents neither statuses nor codes. A 400 or 404 on a credential that worked before means that
 * the app was removed; 401 and 403 are about the app's own credentials, and the rest will pass.
 */
function refusal(response: Response, json: JsonObject | undefined): OAuthError {
  const { status } = response
  const cause = new Error(`the token endpoint answered ${status}`)
  const isClient = json?.['error'] === 'invalid_client' || status === 401 || status === 403
  if (isClient) return new OAuthError('client_rejected', { cause })
  if (status === 400 || status === 404) return new OAuthError('needs_reauth', { cause })
  return unavailable('the token endpoint', response)
}

function readToken(json: JsonObject, member: string): Secret {
  const text = json[member]
  if (typeof text !== 'string' || !isTokenText(text)) {
    throw invalid(`"${member}" that is no token`)
  }
  return new Secret(text)
}

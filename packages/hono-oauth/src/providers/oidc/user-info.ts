import { type BackChannel, invalid } from '../../protocol/back-channel.ts'
import { type JsonObject, readJsonObject } from '../../protocol/json-body.ts'
import { requestRead } from '../../protocol/read-request.ts'
import type { Secret } from '../../secret.ts'

/**
 * Asks the userinfo endpoint about whoever an ID token names.
 *
 * Who that is, is known already: an endpoint that does not answer, or not with a plain JSON object, costs no
 * login.
 *
 * @returns `undefined` for no answer that says anything
 * @throws OAuthError `provider_response_invalid` when it tells about somebody else
 * @see {@link https://openid.net/specs/openid-connect-core-1_0.html#UserInfo | OpenID Connect Core - section 5.3}
 */
export async function readUserInfo(
  endpoint: string,
  subject: string,
  accessToken: Secret,
  backChannel: BackChannel,
): Promise<JsonObject | undefined> {
  const headers = { authorization: `Bearer ${accessToken.reveal()}` }
  const asked = requestRead(endpoint, headers, backChannel)
  const response = await asked.catch(() => undefined)
  const claims = response?.status === 200 ? await readJsonObject(response) : undefined
  if (claims && claims['sub'] !== subject) throw invalid('user info about somebody else')
  return claims
}

import type { BackChannel } from '../../protocol/back-channel.ts'
import { readJsonObject } from '../../protocol/json-body.ts'
import { isUnavailable, unavailable } from '../../protocol/retry-after.ts'
import type { Secret } from '../../secret.ts'
import type { Revocation } from '../contract.ts'

/** The hosts that take revocation requests: Webflow documents both, in pages of different age. */
export type WebflowRevocationHost = 'api.webflow.com' | 'webflow.com'

/** What a revocation request says about its sender. */
export interface WebflowRevocationClient {
  readonly clientId: string
  readonly clientSecret: Secret
  readonly host: WebflowRevocationHost
}

/**
 * Ends a grant. Not RFC 7009: a JSON body with the secret and `access_token`, and a JSON answer,
 * `did_revoke` on webflow.com and `didRevoke` on api.webflow.com.
 *
 * A host that does not have the endpoint is followed by the other one.
 *
 * @throws OAuthError when Webflow gives no sensible answer
 */
export async function revoke(
  client: WebflowRevocationClient,
  accessToken: Secret,
  backChannel: BackChannel,
): Promise<Revocation> {
  const other = client.host === 'webflow.com' ? 'api.webflow.com' : 'webflow.com'
  let response = await post(client.host)
  if (response.status === 404 || response.status === 405) response = await post(other)
  return judge(response)

  function post(host: WebflowRevocationHost): Promise<Response> {
    return backChannel.request(new URL(`https://${host}/oauth/revoke_authorization`), {
      method: 'POST',
      headers: { accept: 'application/json', 'content-type': 'application/json' },
      body: JSON.stringify({
        client_id: client.clientId,
        client_secret: client.clientSecret.reveal(),
        access_token: accessToken.reveal(),
      }),
    })
  }
}

async function judge(response: Response): Promise<Revocation> {
  // RFC 7009, section 2.2.1: the token must be assumed to live on.
  if (isUnavailable(response)) throw unavailable('the revocation endpoint', response)
  const json = await readJsonObject(response)
  if (response.status === 200) {
    return json?.['did_revoke'] === true || json?.['didRevoke'] === true
      ? 'revoked'
      : 'deleted_only'
  }
  // "doesn't exist or has already been revoked": the grant is gone, which is what was asked for.
  return json?.['error'] === 'invalid_token' ? 'revoked' : 'deleted_only'
}

import { OAuthError } from '../../errors.ts'
import { invalid, readJsonObject, readObject, readText, readTexts, unavailable } from '../../protocol/answer.ts'
import type { BackChannel } from '../../protocol/back-channel.ts'
import type { Secret } from '../../secret.ts'
import type { Account, Grant } from '../contract.ts'

/** The app and its credentials at Wix. */
export interface WixApp {
  readonly appId: string
  readonly appSecret: Secret
}

/** The origin of every API of Wix. */
export const WIX_API = 'https://www.wixapis.com'

/** A Wix site on which the app is installed. */
export interface WixAccount extends Account {
  /** The id of the site, which redirects of Wix call `tenantId`. */
  readonly siteId: string
  readonly instanceId: string
  /** The address of the site; `null` before it is published. */
  readonly url: string | null
  readonly isFree: boolean
  /** The app instance of the site from which this site was cloned. */
  readonly originInstanceId: string | null
}

/**
 * Reads the site of an access token, and the permissions of the app there.
 *
 * @throws OAuthError `provider_unavailable`, `provider_timeout` or `provider_response_invalid`
 * @see {@link https://dev.wix.com/docs/rest/app-management/app-instance/get-app-instance | Wix - Get App Instance}
 */
export async function getAppInstance(accessToken: Secret, backChannel: BackChannel): Promise<Grant<WixAccount>> {
  const response = await backChannel.request(new URL('/apps/v1/instance', WIX_API), {
    // Wix expects the token without `Bearer`.
    headers: { accept: 'application/json', authorization: accessToken.reveal() },
  })
  if (response.status !== 200) throw unavailable('Get App Instance', response)
  const json = await readJsonObject(response)
  const instance = readObject(json?.['instance'])
  const site = readObject(json?.['site'])
  const instanceId = readText(instance['instanceId'])
  const siteId = readText(site['siteId'])
  if (!instanceId || !siteId) throw invalid('an app instance without its ids')
  return {
    id: instanceId,
    // The app's permissions are set in the dashboard of Wix; no request can ask for fewer.
    scopes: readTexts(instance['permissions']),
    revocable: false,
    account: {
      id: siteId,
      name: readText(site['siteDisplayName']) ?? null,
      siteId,
      instanceId,
      url: readText(site['url']) ?? null,
      isFree: instance['isFree'] === true,
      originInstanceId: readText(instance['originInstanceId']) ?? null,
    },
  }
}

/**
 * Tells Wix that an installation is set up; until then its dashboard says "Setup Incomplete".
 *
 * @param connection - a connection of `wix` or `wixLegacy`
 * @throws OAuthError of the connection's `fetch`, or `provider_response_invalid`
 * @see {@link https://dev.wix.com/docs/rest/app-management/app-instance/bi-event/send-bi-event | Wix - Send BI Event}
 * @example
 * ```ts
 * onConnected: async (_c, { connection }) => finishConfiguration(connection)
 * ```
 */
export async function finishConfiguration(connection: {
  fetch(input: string, init: RequestInit): Promise<Response>
}): Promise<void> {
  const response = await connection.fetch(`${WIX_API}/apps/v1/bi-event`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ eventName: 'APP_FINISHED_CONFIGURATION' }),
  })
  await response.body?.cancel()
  if (!response.ok) throw invalid(`Send BI Event answered ${response.status}`)
}

/**
 * The error of a connection after Wix's API answered 401 or 403.
 *
 * Wix answers 401 for an expired token, and sometimes for a missing permission. The renewal after a 401 tells them
 * apart: after it only a missing permission is still refused.
 *
 * @returns `undefined` for every other answer, which the caller judges
 */
export function apiError(status: number): OAuthError | undefined {
  const cause = new Error(`Wix answered ${status}`)
  if (status === 401) return new OAuthError('needs_reauth', { cause })
  return status === 403 ? new OAuthError('access_forbidden', { cause }) : undefined
}

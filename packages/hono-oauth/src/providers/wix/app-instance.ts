import type { BackChannel } from '../../protocol/back-channel.ts'
import { invalid } from '../../protocol/back-channel.ts'
import { readJsonObject, readObject, readTexts } from '../../protocol/json-body.ts'
import { unavailable } from '../../protocol/retry-after.ts'
import type { Secret } from '../../secret.ts'
import type { Account, Grant } from '../contract.ts'
import { WIX_API } from './wix-app.ts'

/** A Wix site with this app on it. */
export interface WixAccount extends Account {
  /** The site's id: Wix calls it tenant id in redirects. */
  readonly siteId: string
  readonly instanceId: string
  /** Only of a site that is published. */
  readonly url: string | null
  readonly isFree: boolean
  /** The instance that a cloned site was made from. */
  readonly originInstanceId: string | null
}

/**
 * Asks Wix which site a token is for and what it may do there.
 *
 * @throws OAuthError `provider_unavailable`, `provider_timeout` or `provider_response_invalid`
 * @see {@link https://dev.wix.com/docs/rest/app-management/app-instance/get-app-instance | Wix - Get App Instance}
 */
export async function getAppInstance(
  accessToken: Secret,
  backChannel: BackChannel,
): Promise<Grant<WixAccount>> {
  const response = await backChannel.request(new URL('/apps/v1/instance', WIX_API), {
    // Wix takes the token as it is, without `Bearer`.
    headers: { accept: 'application/json', authorization: accessToken.reveal() },
  })
  if (response.status !== 200) throw unavailable('Get App Instance', response)
  const json = await readJsonObject(response)
  const instance = readObject(json?.['instance'])
  const site = readObject(json?.['site'])
  const instanceId = readText(instance['instanceId'])
  const siteId = readText(site['siteId'])
  if (!instanceId || !siteId) {
    throw invalid('an app instance without its ids')
  }
  return {
    id: instanceId,
    // Permissions of the whole app, set in Wix's dashboard: no request can ask for fewer.
    scopes: readTexts(instance['permissions']),
    revocable: false,
    account: {
      id: siteId,
      name: readText(site['siteDisplayName']),
      siteId,
      instanceId,
      url: readText(site['url']),
      isFree: instance['isFree'] === true,
      originInstanceId: readText(instance['originInstanceId']),
    },
  }
}

function readText(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}

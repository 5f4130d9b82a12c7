import type { BackChannel } from '../../protocol/back-channel.ts'
import { readJsonObject } from '../../protocol/json-body.ts'
import { unavailable } from '../../protocol/retry-after.ts'
import type { Secret } from '../../secret.ts'
import { WIX_API } from './wix-app.ts'

/** Whose token it is, as Wix tells it. */
export interface WixTokenInfo {
  readonly instanceId: string
  readonly clientId: string | undefined
  /** Seconds since the epoch. */
  readonly issuedAt: number
}

/**
 * Asks Wix about a token: no client authentication, and camelCase unlike RFC 7662.
 *
 * @returns `undefined` for a token that is not active, belongs to no app instance, or to somebody who
 *   may not manage it
 * @throws OAuthError `provider_unavailable` or `provider_timeout`
 * @see {@link https://dev.wix.com/docs/rest/app-management/oauth-2/token-info | Wix - Token Info}
 */
export async function getTokenInfo(
  token: Secret,
  backChannel: BackChannel,
): Promise<WixTokenInfo | undefined> {
  const response = await backChannel.request(new URL('/oauth2/token-info', WIX_API), {
    method: 'POST',
    headers: { accept: 'application/json', 'content-type': 'application/json' },
    body: JSON.stringify({ token: token.reveal() }),
  })
  if (response.status !== 200) throw unavailable('token-info', response)
  const json = await readJsonObject(response)
  const text = (name: string) => {
    const value = json?.[name]
    return typeof value === 'string' ? value : undefined
  }
  const instanceId = text('instanceId')
  // A visitor or a member of the site has tokens too, and may not speak for it.
  const mayManage = ['APP', 'USER'].includes(text('subjectType') ?? '')
  if (json?.['active'] !== true || !instanceId || !mayManage) return undefined
  const { iat } = json
  return {
    instanceId,
    clientId: text('clientId'),
    issuedAt: typeof iat === 'number' ? iat : Number.NaN,
  }
}

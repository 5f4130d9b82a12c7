import { invalid } from '../../protocol/back-channel.ts'
import { WIX_API } from './wix-app.ts'

/** The part of a connection that is needed here. */
interface CallsWix {
  fetch(input: string, init: RequestInit): Promise<Response>
}

/**
 * Tells Wix that an installation is set up: until then its dashboard says "Setup Incomplete".
 *
 * @param connection - a connection of `wix` or `wixLegacy`
 * @throws OAuthError of the connection's `fetch`, or `provider_response_invalid`
 * @see {@link https://dev.wix.com/docs/rest/app-management/app-instance/bi-event/send-bi-event | Wix - Send BI Event}
 * @example
 * ```ts
 * onConnected: async (_c, { connection }) => finishConfiguration(connection)
 * ```
 */
export async function finishConfiguration(connection: CallsWix): Promise<void> {
  const response = await connection.fetch(`${WIX_API}/apps/v1/bi-event`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ eventName: 'APP_FINISHED_CONFIGURATION' }),
  })
  await response.body?.cancel()
  if (!response.ok) throw invalid(`a BI event that was answered ${response.status}`)
}

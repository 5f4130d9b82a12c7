import { isOAuthError } from '../errors.ts'
import type { BackChannel } from './back-channel.ts'

const ATTEMPTS = 2

/**
 * Gets something of a provider's. A read takes nothing away, so after an outage it is tried once more,
 * unless that took all the time there was: somebody is waiting.
 *
 * @param headers - beside those that every read has
 * @returns the last answer, whatever its status
 * @throws OAuthError `provider_unavailable`, `provider_timeout` or `provider_response_invalid`
 */
export async function requestRead(
  url: string,
  headers: Readonly<Record<string, string>>,
  backChannel: BackChannel,
): Promise<Response> {
  const all = {
    accept: 'application/json',
    // Workers send none of their own, and some APIs refuse whoever does not say what they are.
    'user-agent': 'hono-oauth',
    ...headers,
  }
  for (let attempt = 1; ; attempt++) {
    const isLast = attempt === ATTEMPTS
    try {
      const response = await backChannel.request(new URL(url), { headers: all })
      if (isLast || response.status < 500) return response
    } catch (error) {
      const isLost = isOAuthError(error) && error.code === 'provider_unavailable'
      if (isLast || !isLost) throw error
    }
  }
}

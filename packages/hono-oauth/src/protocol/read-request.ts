import { isOAuthError } from '../errors.ts'
import type { BackChannel } from './back-channel.ts'

const ATTEMPTS = 2

/**
 * Reads from a provider. A read changes nothing, so a read that fails is repeated once, except after
 * `provider_timeout`.
 *
 * @param headers - of this read, in addition to `Accept` and `User-Agent`; a function makes new ones for the repetition
 * @returns the last answer, of any status
 * @throws OAuthError `provider_unavailable`, `provider_timeout` or `provider_response_invalid`
 */
export async function requestRead(
  url: string,
  headers: Readonly<Record<string, string>> | (() => Promise<Readonly<Record<string, string>>>),
  backChannel: BackChannel,
): Promise<Response> {
  for (let attempt = 1; ; attempt++) {
    const isLast = attempt === ATTEMPTS
    const all = {
      accept: 'application/json',
      // Workers send no User-Agent, and some APIs refuse a request without one.
      'user-agent': 'hono-oauth',
      ...(typeof headers === 'function' ? await headers() : headers),
    }
    try {
      const response = await backChannel.request(new URL(url), { headers: all })
      if (isLast || response.status < 500) return response
    } catch (error) {
      const isLost = isOAuthError(error) && error.code === 'provider_unavailable'
      if (isLast || !isLost) throw error
    }
  }
}

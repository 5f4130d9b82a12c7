import { customFetch, type HttpRequestOptions } from 'oauth4webapi'
import type { BackChannel } from './back-channel.ts'

/** What makes oauth4webapi send its requests over the back channel. */
export function backChannelFetch(
  backChannel: BackChannel,
): HttpRequestOptions<'POST', URLSearchParams> {
  return {
    [customFetch]: (url, { method, headers, body }) =>
      backChannel.request(new URL(url), { method, headers, body: body.toString() }),
  }
}

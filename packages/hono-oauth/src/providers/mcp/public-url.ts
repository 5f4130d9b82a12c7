import { isLoopback } from '../../protocol/back-channel.ts'

// A cookie holds several of them during a login.
const MAX_LENGTH = 512
// Names of one network (RFC 6761, RFC 6762, RFC 8375, and `.internal` of ICANN), and those that routers give.
const PRIVATE = /(^|\.)(localhost|localdomain|local|internal|intranet|private|corp|lan|home|home\.arpa|onion)$/

/**
 * A URL that a person or a server names, when a request may go there: https at a public name, without credentials and
 * fragment. What a name resolves to is the runtime's matter.
 *
 * @param isLocal - whether the app itself runs on this machine: then http on loopback is allowed too
 * @returns `undefined` for any other text
 */
export function publicUrl(text: unknown, isLocal: boolean): URL | undefined {
  if (typeof text !== 'string' || text.length > MAX_LENGTH || !URL.canParse(text)) return undefined
  const url = new URL(text)
  if (url.username || url.password || url.href.includes('#')) return undefined
  if (isLocal && isLoopback(url)) return /^https?:$/.test(url.protocol) ? url : undefined
  return url.protocol === 'https:' && isPublicName(url.hostname) ? url : undefined
}

/** The parser has written every form of an IPv4 address as four numbers, and an IPv6 address in brackets. */
function isPublicName(hostname: string): boolean {
  return /\.[a-z][a-z0-9-]*$/.test(hostname) && !PRIVATE.test(hostname)
}

import { ORIGIN } from './app.ts'
import { noteText, SHOWS_TOKENS } from './notes.ts'

/** What the scan calls the values of our cookies: they stand in Set-Cookie and nowhere else. */
export const COOKIE = 'the value of a cookie'

// The one page that takes a token in its address, because Wix has no other way to it.
const CLOSE_WINDOW = 'https://www.wix.com/installer/close-window?access_token='

/** One place of an answer, what stands there, and the kind of secret that may. */
export type Seen = readonly [where: string, text: string, except?: string | undefined]

/** All that whoever gets an answer sees of it; a redirect also as whoever follows it reads it. */
export function seenIn(headers: Headers, body: string): Seen[] {
  const others = [...headers].filter(([name]) => !['set-cookie', 'location'].includes(name))
  const location = headers.get('location')
  return [
    ['the headers of an answer', others.flat().join('\n')],
    addressSeen('a redirect', location ?? ''),
    ['Set-Cookie', headers.getSetCookie().join('\n'), COOKIE],
    ['the body of an answer', body],
  ]
}

/** An address as it is written, and as whoever gets it reads its parameters. */
export function addressSeen(where: string, address: string): Seen {
  const url = URL.canParse(address, ORIGIN) ? new URL(address, ORIGIN) : undefined
  const text = [address, ...(url?.searchParams ?? [])].flat().join('\n')
  return [where, text, url?.href.startsWith(CLOSE_WINDOW) ? 'access_token' : undefined]
}

/** Notes an answer for the scan. */
export async function noteAnswer(response: Response): Promise<void> {
  if (Object.keys(SHOWS_TOKENS).some((name) => response.headers.has(name))) return
  const body = await response.clone().text()
  for (const seen of seenIn(response.headers, body)) noteText(...seen)
}

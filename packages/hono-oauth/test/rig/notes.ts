// What tests tell the scan of canaries.ts, in Node and in Workers.
import { ORIGIN } from './constants.ts'

/** Something that the scan has to know. */
export type Note =
  /** A text that must not be seen anywhere, and what it is. */
  | { readonly kind: string; readonly secret: string }
  /** All that an error shows, for it may end in any log. */
  | { readonly error: string }
  /** What left the app or was kept by it, and the kind of secret that may stand there. */
  | { readonly where: string; readonly text: string; readonly except?: string | undefined }

/** What the line of a log begins with that is a note and no log. */
export const NOTE_MARK = 'a note for the scan: '

/** Said by the answers of test apps that show tokens, which no app does, so that a test can compare them. */
export const SHOWS_TOKENS = { 'x-shows-tokens': 'yes' }

type Listener = (note: Note) => void
const HOOK = Symbol.for('hono-oauth tests: notes')
const hooks = globalThis as { [HOOK]?: Listener }

/** Takes the notes of this isolate. */
export function listenToNotes(listener: Listener): void {
  hooks[HOOK] = listener
}

/** Notes a secret that is handed out. */
export function noteSecret(kind: string, secret: unknown): void {
  if (typeof secret === 'string') send({ kind, secret })
}

/** Notes a text that is seen from outside. */
export function noteText(...[where, text, except]: Seen): void {
  send({ where, text, except })
}

/** Notes what an error would show in a log: message, stack and JSON, with all its causes. */
export function noteError(error: unknown): void {
  const texts: string[] = []
  const seen = new Set<unknown>()
  for (let each = error; each !== undefined && !seen.has(each); ) {
    seen.add(each)
    texts.push(String(each), JSON.stringify(each) ?? '')
    if (!(each instanceof Error)) break
    texts.push(each.message, each.stack ?? '')
    each = each.cause
  }
  send({ error: texts.join('\n') })
}

/** A Worker has only its log to tell Node anything. */
function send(note: Note): void {
  const listener = hooks[HOOK]
  if (listener) listener(note)
  else console.debug(NOTE_MARK + JSON.stringify(note))
}

/** What the scan calls the values of our cookies: they stand in Set-Cookie and nowhere else. */
export const COOKIE = 'the value of a cookie'

// The one page that takes a token in its address, because Wix has no other way to it.
const CLOSE_WINDOW = 'https://www.wix.com/installer/close-window?access_token='

/** One place of an answer, what stands there, and the kind of secret that may. */
export type Seen = readonly [where: string, text: string, except?: string | undefined]

/** All that a client sees of an answer; a redirect also as its target reads it. */
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

/** An address as it is written, and as its server reads the parameters. */
export function addressSeen(where: string, address: string): Seen {
  const url = URL.canParse(address, ORIGIN) ? new URL(address, ORIGIN) : undefined
  const text = [address, ...(url?.searchParams ?? [])].flat().join('\n')
  if (url?.href.startsWith(CLOSE_WINDOW)) return [where, text, 'access_token']
  // A callback that was posted goes on to the same place by GET.
  const isCallback = url?.origin === ORIGIN && url.pathname.endsWith('/callback')
  return [where, text, isCallback ? 'a code' : undefined]
}

/** Notes an answer for the scan. */
export async function noteAnswer(response: Response): Promise<void> {
  if (Object.keys(SHOWS_TOKENS).some((name) => response.headers.has(name))) return
  const body = await response.clone().text()
  for (const seen of seenIn(response.headers, body)) noteText(...seen)
}

// What tests tell the scan of canaries.ts. It runs in Node and in Workers, so it imports nothing.

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

/** Notes a secret that somebody gets. */
export function noteSecret(kind: string, secret: unknown): void {
  if (typeof secret === 'string') send({ kind, secret })
}

/** Notes a text that is seen from outside. */
export function noteText(where: string, text: string, except?: string): void {
  send({ where, text, except })
}

/** Notes what an error would show whoever logs it: message, stack and JSON, with all its causes. */
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

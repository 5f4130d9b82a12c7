import { format, inspect } from 'node:util'
import { NOTE_MARK, type Note, type Seen } from './notes.ts'

/** A text in which a secret was found; it does not repeat the secret. */
export type Leak = `${string} in ${string}`

// Shorter ones turn up by accident. The shortest that is handed out has 14 characters.
const MIN_LENGTH = 7
const METHODS = ['log', 'info', 'warn', 'error', 'debug', 'trace', 'dir', 'table', 'group'] as const

/** The secrets that were handed out in one place, and what was written down there. */
export class Canaries {
  readonly #secrets = new Map<string, string>()
  /** By their first four bytes: a text is gone through once, however many secrets there are. */
  readonly #forms = new Map<number, { readonly kind: string; readonly bytes: Buffer }[]>()
  readonly #outputs = new Map<string, Seen>()
  readonly #unindexed: string[] = []

  /** Notes a secret, whatever it is: a key, a token, the value of a cookie. */
  add(kind: string, secret: string): void {
    if (secret.length < MIN_LENGTH || this.#secrets.has(secret)) return
    this.#secrets.set(secret, kind)
    this.#unindexed.push(secret)
  }

  /** Notes what was written; what is written often at one place counts once. */
  write(...[where, text, except]: Seen): void {
    this.#outputs.set(`${where}: ${text}`, [where, text, except])
  }

  /** Takes a note of a test. */
  take(note: Note): void {
    if ('secret' in note) this.add(note.kind, note.secret)
    else if ('error' in note) this.write('an error', note.error)
    else this.write(note.where, note.text, note.except)
  }

  /** Takes a line of a log, which may be a note of a Worker. */
  takeLine(where: string, line: string): boolean {
    const isNote = line.startsWith(NOTE_MARK)
    if (isNote) this.take(JSON.parse(line.slice(NOTE_MARK.length)))
    else this.write(where, line)
    return isNote
  }

  /** The secrets in what was written, each once for each place. */
  leaks(): Leak[] {
    const outputs = [...this.#outputs.values()]
    return [...new Set(outputs.flatMap((output) => this.find(...output)))]
  }

  /**
   * The secrets in a text: as they are, and in base64, base64url, hex and UTF-16.
   *
   * @param except - the kind that may stand there
   */
  find(...[where, text, except]: Seen): Leak[] {
    this.#index()
    const bytes = Buffer.from(text.replaceAll('\\u0000', '\u0000'))
    const kinds = new Set<string>()
    for (let at = 0; at + 4 <= bytes.length; at++) {
      for (const { kind, bytes: form } of this.#forms.get(bytes.readInt32LE(at)) ?? []) {
        if (form.equals(bytes.subarray(at, at + form.length))) kinds.add(kind)
      }
    }
    return [...kinds].filter((kind) => kind !== except).map((kind): Leak => `${kind} in ${where}`)
  }

  #index(): void {
    for (const secret of this.#unindexed.splice(0)) {
      const kind = this.#secrets.get(secret) ?? ''
      for (const bytes of disguises(secret)) {
        const start = bytes.readInt32LE(0)
        const forms = this.#forms.get(start)
        if (forms) forms.push({ kind, bytes })
        else this.#forms.set(start, [{ kind, bytes }])
      }
    }
  }
}

/** Those of the test file that runs. */
export const canaries = new Canaries()

/**
 * A console that notes what it is given, and passes it on. Notes are taken also while a test has put its
 * own function in the place of a method, which is why it is a proxy.
 */
export function watchConsole(inner: Console, watching: Canaries): Console {
  const watched = new WeakMap<object, object>()
  return new Proxy(inner, {
    get(target, name, receiver) {
      const method: unknown = Reflect.get(target, name, receiver)
      if (!METHODS.some((each) => each === name) || typeof method !== 'function') return method
      const known = watched.get(method)
      if (known) return known
      const proxy = new Proxy(method as (...args: unknown[]) => unknown, {
        apply(write, self, args: unknown[]) {
          const line = format(...args)
          if (watching.takeLine(`console.${String(name)}`, line)) return undefined
          // Other loggers look deeper than this console.
          watching.write(`console.${String(name)}`, inspect(args, { depth: 20 }))
          return Reflect.apply(write, self === receiver ? target : self, args)
        },
      })
      watched.set(method, proxy)
      return proxy
    },
  })
}

/** A text as it would look in a file that holds it, plain or in a usual encoding of what surrounds it. */
function disguises(text: string): Buffer[] {
  const bytes = Buffer.from(text)
  const hex = bytes.toString('hex')
  // Within something longer, base64 begins at one of three places; what its neighbours share is left out.
  const base64 = [0, 1, 2].map((offset) => {
    const encoded = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64')
    return encoded.slice(Math.ceil((offset * 4) / 3), Math.floor(((offset + bytes.length) * 4) / 3))
  })
  const base64url = base64.map((each) => each.replaceAll('+', '-').replaceAll('/', '_'))
  const texts = [text, hex, hex.toUpperCase(), ...base64, ...base64url]
  const utf16 = Buffer.from(text, 'utf16le')
  return [...texts.map((each) => Buffer.from(each)), utf16, Buffer.from(utf16).swap16()]
}

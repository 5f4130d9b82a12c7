import { type Fields, fieldsOf, parseBody } from './body.ts'
import type { Clock } from './clock.ts'
import { maskSecrets } from './masking.ts'

/** One request that reached the emulator, without its headers and with its secrets masked. */
export interface LoggedRequest {
  readonly method: string
  readonly host: string
  /** The path on that host, without a query. */
  readonly path: string
  readonly query: Fields
  /** The body, when it was JSON or a form; otherwise its length in words. */
  readonly body?: unknown
  /** Null as long as the request has not been answered. */
  status: number | null
  /** When it arrived: ISO 8601 on the emulator's clock. */
  readonly at: string
}

export interface Arrival {
  readonly method: string
  readonly host: string
  readonly path: string
  readonly search: URLSearchParams
  readonly contentType: string
  readonly body: string
}

export interface RequestLog {
  /** Returns the entry, so that the answer's status can be written into it. */
  add(arrival: Arrival): LoggedRequest
  list(): LoggedRequest[]
  clear(): void
}

const isContainer = (value: unknown): boolean => typeof value === 'object' && value !== null

function readableBody(contentType: string, text: string): { body?: unknown } {
  if (text === '') return {}
  const body = parseBody(contentType, text)
  // Text nobody can parse may hold a secret anywhere, and so may a bare JSON string.
  return { body: isContainer(body) ? maskSecrets(body) : `[${text.length} characters]` }
}

export function createRequestLog(clock: Clock): RequestLog {
  let entries: LoggedRequest[] = []
  return {
    add({ method, host, path, search, contentType, body }) {
      const entry: LoggedRequest = {
        method,
        host,
        path,
        query: maskSecrets(fieldsOf(search)) as Fields,
        ...readableBody(contentType, body),
        status: null,
        at: new Date(clock.now()).toISOString(),
      }
      entries.push(entry)
      return entry
    },
    list: () => structuredClone(entries),
    clear() {
      entries = []
    },
  }
}

import { type FormFields, formFieldsOf, parseBody } from './request-body.ts'
import type { Clock } from './time.ts'

const MASK = '[masked]'

// Compared without case, underscores and hyphens: `clientSecret` is as secret as `client_secret`.
const SECRET_NAMES = new Set([
  'accesstoken',
  'clientsecret',
  'code',
  'codeverifier',
  'idtoken',
  'instance',
  'refreshtoken',
  'signedinstance',
  'state',
  'token',
])

const isSecret = (name: string): boolean =>
  SECRET_NAMES.has(name.replace(/[_-]/g, '').toLowerCase())

const isSecretParameter = (name: string): boolean => {
  try {
    return isSecret(decodeURIComponent(name))
  } catch {
    return false
  }
}

/** An address inside a parameter may carry secrets in its own query. */
const maskAddress = (text: string): string =>
  text.replace(/([?&])([^=&#]*)=([^&#]*)/g, (whole, start: string, name: string) =>
    isSecretParameter(name) ? `${start}${name}=${MASK}` : whole,
  )

/** A copy of a query or body in which the value of every secret member is hidden. */
export function maskSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(maskSecrets)
  if (typeof value === 'string') return URL.canParse(value) ? maskAddress(value) : value
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      isSecret(name) ? MASK : maskSecrets(member),
    ]),
  )
}

/** One request that reached the emulator, without its headers and with its secrets masked. */
export interface LoggedRequest {
  readonly method: string
  readonly host: string
  /** The path on that host, without a query. */
  readonly path: string
  readonly query: FormFields
  /** The body, when it was JSON or a form; otherwise its length in words. */
  readonly body?: unknown
  /** Null as long as the request has not been answered. */
  status: number | null
  /** When it arrived: ISO 8601 on the emulator's clock. */
  readonly at: string
}

export interface IncomingRequest {
  readonly method: string
  readonly host: string
  readonly path: string
  readonly search: URLSearchParams
  readonly contentType: string
  readonly body: string
}

export interface RequestLog {
  /** Returns the entry, so that the answer's status can be written into it. */
  add(arrival: IncomingRequest): LoggedRequest
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
        query: maskSecrets(formFieldsOf(search)) as FormFields,
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

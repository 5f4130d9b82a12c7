import { type FormFields, formFieldsOf, parseBody } from './request-body.ts'
import type { Clock } from './time.ts'

const MASK = '[masked]'

// Compared without case, underscores and hyphens, so `clientSecret` equals `client_secret`.
const SECRET_NAMES = new Set([
  'accesstoken',
  'clientsecret',
  'code',
  'codeverifier',
  'fbexchangetoken',
  'idtoken',
  'instance',
  'refreshtoken',
  'signedinstance',
  'state',
  'token',
])

const isSecret = (name: string): boolean => SECRET_NAMES.has(name.replace(/[_-]/g, '').toLowerCase())

const isSecretParameter = (name: string): boolean => {
  try {
    return isSecret(decodeURIComponent(name))
  } catch {
    return false
  }
}

/** Masks secrets in the query of a URL that is itself a parameter's value. */
const maskAddress = (text: string): string =>
  text.replace(/([?&])([^=&#]*)=([^&#]*)/g, (whole, start: string, name: string) =>
    isSecretParameter(name) ? `${start}${name}=${MASK}` : whole,
  )

/** Copies a query or body, with the value of every secret member masked. */
function maskSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(maskSecrets)
  if (typeof value === 'string') return URL.canParse(value) ? maskAddress(value) : value
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, isSecret(name) ? MASK : maskSecrets(member)]),
  )
}

/** A request to the emulator, without headers and with masked secrets. */
export interface LoggedRequest {
  readonly method: string
  readonly host: string
  /** The path on that host, without a query. */
  readonly path: string
  readonly query: FormFields
  /** A JSON or form body, or a text such as `[12 characters]` for any other body. */
  readonly body?: unknown
  /** Null until the request is answered. */
  status: number | null
  /** The time of arrival on the emulator's clock, as ISO 8601. */
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
  /** Adds a request and returns its entry, whose status is set later. */
  add(arrival: IncomingRequest): LoggedRequest
  list(): LoggedRequest[]
  clear(): void
}

/** Masks a token that is a segment of the path. */
const maskPath = (path: string): string => path.replace(/(\/(?:access|refresh)-tokens\/)[^/]+/, `$1${MASK}`)

const isContainer = (value: unknown): boolean => typeof value === 'object' && value !== null

function readableBody(contentType: string, text: string): { body?: unknown } {
  if (text === '') return {}
  const body = parseBody(contentType, text)
  // A text without known members may contain a secret anywhere, so only its length is kept.
  return { body: isContainer(body) ? maskSecrets(body) : `[${text.length} characters]` }
}

export function createRequestLog(clock: Clock): RequestLog {
  let entries: LoggedRequest[] = []
  return {
    add({ method, host, path, search, contentType, body }) {
      const entry: LoggedRequest = {
        method,
        host,
        path: maskPath(path),
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

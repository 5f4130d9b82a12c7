import type { ProviderBindings } from '../provider.ts'
import { parseBody } from '../request-body.ts'
import type { Json, Texts } from './contexts.ts'
import type { BodyFormat } from './personality.ts'

/** A request to a personality, with its body read. */
export interface Call {
  readonly method: string
  readonly host: string
  readonly path: string
  readonly headers: Headers
  readonly query: Texts
  /** Undefined for a body that is neither a form nor JSON. */
  readonly format: BodyFormat | undefined
  /** The members of the body as texts; of the query, if there is no body. */
  readonly members: Texts
  /** The JSON body, with its types. */
  readonly json: Json
  readonly signal: AbortSignal
  readonly urlOf: ProviderBindings['urlOf']
  readonly controlPage: ProviderBindings['controlPage']
}

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)

/** Numbers and flags count as their text; other members are left out. */
const textMembers = (value: unknown): Texts =>
  Object.fromEntries(
    Object.entries(isObject(value) ? value : {}).flatMap(([name, member]) =>
      ['string', 'number', 'boolean'].includes(typeof member) ? [[name, String(member)]] : [],
    ),
  )

export async function readCall(request: Request, { host, path, urlOf, controlPage }: ProviderBindings): Promise<Call> {
  const query = Object.fromEntries(new URL(request.url).searchParams)
  const text = await request.text()
  const type = request.headers.get('Content-Type') ?? ''
  const body = text === '' ? undefined : parseBody(type, text)
  const bodyFormat = isObject(body) ? (type.toLowerCase().includes('json') ? 'json' : 'form') : undefined
  return {
    method: request.method,
    host,
    path,
    headers: request.headers,
    query,
    format: text === '' ? 'query' : bodyFormat,
    members: text === '' ? query : textMembers(body),
    json: isObject(body) ? body : {},
    signal: request.signal,
    urlOf,
    controlPage,
  }
}

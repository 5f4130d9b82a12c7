import { OAuthError } from '../../errors.ts'
import { parseJsonObject } from '../../protocol/answer.ts'
import { bearerError, missingScopes } from '../../protocol/bearer-error.ts'
import type { RequestTarget } from '../../protocol/proof.ts'
import type { ActingGrant, Described } from './described.ts'
import type { ApiError, ApiErrorHook, Json } from './options.ts'
import { fillTexts, placeholdersIn } from './template.ts'

// Visible characters of ASCII, and spaces between them: what every runtime sends as it is.
const HEADER_VALUE = /^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/
const BEARER = { authorization: 'Bearer {access_token}' }

/** The headers of the description that are the same for each connection. */
export function fixedHeaders({ options }: Described): Record<string, string> {
  const entries = Object.entries(options.apiHeaders ?? {})
  return Object.fromEntries(entries.filter(([, value]) => placeholdersIn(value).length === 0))
}

/**
 * The headers that carry the access token and details of a connection.
 *
 * @throws OAuthError `needs_reauth` when the connection lacks what they need
 */
export async function tokenHeaders(
  { options, placeholders }: Described,
  { accessToken, details, proofKey }: ActingGrant,
  target: RequestTarget,
): Promise<Record<string, string>> {
  const entries = Object.entries(options.apiHeaders ?? {}).filter(([, value]) => placeholdersIn(value).length > 0)
  const hasToken = entries.some(([, value]) => placeholdersIn(value).includes('access_token'))
  const templates = { ...(hasToken ? {} : BEARER), ...Object.fromEntries(entries) }
  const headers = fillTexts(templates, { ...details, access_token: accessToken?.reveal() }, placeholders)
  const isSendable = headers && Object.values(headers).every((value) => HEADER_VALUE.test(value))
  if (isSendable && options.dpop && accessToken) {
    return { ...headers, ...(await options.dpop.headers(proofKey, target, accessToken)) }
  }
  if (isSendable) return headers
  throw new OAuthError('needs_reauth', { cause: new Error('the connection lacks a detail of its API headers') })
}

/**
 * Sends a request as a connection, and again where the API asks for another proof.
 *
 * @param send - gets a function that makes all headers of the description, anew for each request
 */
export async function sendAsConnection(
  described: Described,
  grant: ActingGrant,
  target: RequestTarget,
  send: (makeHeaders: () => Promise<Record<string, string>>) => Promise<Response>,
): Promise<Response> {
  const makeHeaders = async () => ({ ...fixedHeaders(described), ...(await tokenHeaders(described, grant, target)) })
  const answer = await send(makeHeaders)
  return described.options.dpop?.asksAgain(target, answer) ? send(makeHeaders) : answer
}

/** The statuses of API answers that the description or the RFCs give a meaning. */
export function judgedStatuses({ options }: Described): readonly number[] {
  return [...new Set([401, 403, ...Object.keys(options.apiErrors ?? {}).map(Number)])]
}

/**
 * The error of a connection after an answer of its API: by the description where it names the status, else by RFC 6750.
 *
 * @returns `undefined` when the caller judges the answer
 */
export function apiError(
  { options }: Described,
  status: number,
  body: string,
  headers: Headers,
): OAuthError | undefined {
  const rule = options.apiErrors?.[status]
  if (rule === undefined) return bearerError(status, body, headers, options.dpop ? ['bearer', 'dpop'] : undefined)
  const meaning = typeof rule === 'string' ? rule : judge(rule, parseJsonObject(body) ?? {}, headers)
  const cause = new Error(`the API answered ${status}`)
  if (meaning === 'invalid_token') return new OAuthError('needs_reauth', { cause })
  if (meaning === 'insufficient_scope') return new OAuthError('insufficient_scope', { cause, missingScopes: [] })
  return (
    meaning &&
    new OAuthError('insufficient_scope', { cause, missingScopes: missingScopes([meaning.insufficientScope]) })
  )
}

function judge(
  hook: ApiErrorHook,
  body: Json,
  headers: Headers,
): ApiError | { readonly insufficientScope: string } | undefined {
  try {
    return hook(body, headers)
  } catch {
    // An answer that the description does not foresee has no meaning for the connection.
    return undefined
  }
}

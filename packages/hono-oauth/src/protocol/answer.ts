import { OAuthError, RateLimited } from '../errors.ts'

/** A JSON object as the provider sent it. */
export type JsonObject = Readonly<Record<string, unknown>>

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A text as a JSON object; `undefined` when the text is anything else. */
export function parseJsonObject(text: string): JsonObject | undefined {
  try {
    const json: unknown = JSON.parse(text)
    return isObject(json) ? json : undefined
  } catch {
    return undefined
  }
}

/**
 * The body of an answer as a JSON object of any content type; `undefined` for anything else.
 *
 * @param response - whose body was not read yet
 * @example
 * ```ts
 * const answer = await readJsonObject(response)
 * const name = answer?.['name']
 * ```
 */
export async function readJsonObject(response: Response): Promise<JsonObject | undefined> {
  return parseJsonObject(await response.text())
}

/** A value as an object; anything else is an empty object. */
export function readObject(value: unknown): JsonObject {
  return isObject(value) ? value : {}
}

/** A value as a text that is not empty; `undefined` for anything else. */
export function readText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** The texts of a list; anything else is an empty list. */
export function readTexts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []
}

const ERROR_NAME = /^[\w.:-]{1,64}$/

/**
 * The provider's own name of an error, for logs.
 *
 * @param secrets - the secrets of this exchange: a name that holds one of them, or is a part of one, counts as absent
 * @returns `undefined` for a value without the form of an OAuth error code
 */
export function readErrorName(value: unknown, secrets: readonly string[]): string | undefined {
  if (typeof value !== 'string' || !ERROR_NAME.test(value)) return undefined
  return secrets.some((secret) => holds(value, secret) || holds(secret, value)) ? undefined : value
}

/** Whether a text holds another one. Plain words, such as `refresh_token`, count only when they are the whole text. */
function holds(text: string, part: string): boolean {
  return text === part || (part.length >= 7 && /[^a-z_]/.test(part) && text.includes(part))
}

/**
 * The error for an answer that breaks the protocol.
 *
 * @param reason - what is wrong, for logs; it repeats nothing of the answer
 * @returns OAuthError `provider_response_invalid`, to throw
 * @example
 * ```ts
 * const answer = await readJsonObject(response)
 * if (!answer) throw invalid('the answer is no JSON object')
 * ```
 */
export function invalid(reason: string): OAuthError {
  return new OAuthError('provider_response_invalid', { cause: new Error(reason) })
}

/**
 * Whether an answer says that the provider is down, or that it limits our rate.
 *
 * @param response - of any status
 * @example
 * ```ts
 * if (isUnavailable(response)) throw unavailable('the token endpoint', response)
 * ```
 */
export function isUnavailable({ status }: Response): boolean {
  return status >= 500 || status === 429
}

/**
 * The error for an answer that {@link isUnavailable} finds: the provider has decided nothing.
 *
 * @param endpoint - which endpoint answered, for logs
 * @param response - its answer, whose `Retry-After` the error takes over in seconds
 * @returns OAuthError `provider_unavailable`, to throw
 * @example
 * ```ts
 * const answer = await backChannel.request(new URL('https://api.example.com/me'), { method: 'GET' })
 * if (isUnavailable(answer)) throw unavailable('the account endpoint', answer)
 * ```
 */
export function unavailable(endpoint: string, { status, headers }: Response): OAuthError {
  const reason = `${endpoint} answered ${status}`
  return new OAuthError('provider_unavailable', {
    cause: status === 429 ? new RateLimited(reason) : new Error(reason),
    retryAfterSeconds: parseRetryAfter(headers.get('retry-after')),
  })
}

// A provider that asks for a longer wait than a day is taken to mean a day.
const MAX_RETRY_AFTER_SECONDS = 24 * 60 * 60

/**
 * Reads a `Retry-After` header: a number of seconds, or a date.
 *
 * @param value - the header, or `null` without one
 * @param nowMs - the current time, in milliseconds since the epoch
 * @returns seconds from now, a day at most; `undefined` for a value of no valid form
 * @see {@link https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3 | RFC 9110 - section 10.2.3}
 */
export function parseRetryAfter(value: string | null, nowMs: number = Date.now()): number | undefined {
  const text = value?.trim() ?? ''
  if (/^\d+$/.test(text)) return Math.min(Number(text), MAX_RETRY_AFTER_SECONDS)
  // Only the form of RFC 9110, section 5.6.7: `Date.parse` would also accept a bare year.
  if (!/^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/.test(text)) return undefined
  const seconds = Math.ceil((Date.parse(text) - nowMs) / 1000)
  return Number.isNaN(seconds) ? undefined : Math.min(Math.max(seconds, 0), MAX_RETRY_AFTER_SECONDS)
}

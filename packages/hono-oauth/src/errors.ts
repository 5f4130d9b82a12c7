import { HTTPException } from 'hono/http-exception'

/** The status of a refusal, and what a person reads: what happened, and what to do. */
type ErrorKind = readonly [status: Status, title: string, advice: string]
type Status = 400 | 401 | 403 | 404 | 405 | 413 | 500 | 502 | 503 | 504

const START_AGAIN = 'Go back to the app and start again.'
const TRY_LATER = 'Wait a moment and try again.'
const FOR_THE_DEVELOPER = 'Only the developer of the app can correct this.'

/** Every error this package throws, by its stable code. */
export const ERROR_KINDS = {
  configuration_invalid: [500, 'This app is not set up correctly', FOR_THE_DEVELOPER],
  provider_unknown: [404, 'This app has no such provider', 'Check the address, or go back to the app.'],
  connection_unknown: [404, 'This connection does not exist', 'It may be disconnected already. Go back to the app.'],
  method_not_allowed: [405, 'This address does not take this kind of request', 'Go back to the app.'],
  request_not_navigation: [403, 'This address opens only as a page of its own', 'Open it in a browser tab.'],
  request_cross_site: [
    403,
    'This request came from another site',
    'Use the button in the app. A program has to send the Origin header.',
  ],
  owner_missing: [401, 'You are not signed in', 'Sign in to the app first.'],
  owner_mismatch: [403, 'You are signed in as someone else now', 'Nothing was connected. Start again.'],
  login_overtaken: [403, 'Another sign-in has replaced this one', 'Nothing was connected. Start again.'],
  state_missing: [400, 'We could not match this sign-in', START_AGAIN],
  transaction_unknown: [
    400,
    'This sign-in is finished already, or began in another browser',
    'If you are not connected yet, start again in this browser.',
  ],
  transaction_expired: [400, 'This sign-in took too long', START_AGAIN],
  context_too_large: [
    500,
    'The app attached more data to this sign-in than fits in a cookie',
    'The developer of the app has to pass less in `context` or `returnTo`.',
  ],
  login_parameter_invalid: [
    400,
    'This sign-in does not say which account it is for',
    'Go back to the app and start again there.',
  ],
  authorization_response_invalid: [400, 'The provider sent you back with an answer that we cannot read', START_AGAIN],
  access_denied: [400, 'You did not allow the connection', 'Nothing was connected. You can start again at any time.'],
  authorization_failed: [400, 'The provider could not finish the sign-in', START_AGAIN],
  code_rejected: [400, 'The provider did not accept this sign-in', 'It may have expired. Start again.'],
  client_rejected: [
    502,
    'The provider does not accept this app',
    'The developer of the app has to check its client id, client secret and redirect URI.',
  ],
  provider_unavailable: [502, 'The provider is not available right now', TRY_LATER],
  temporarily_unavailable: [
    503,
    'The provider is not available right now',
    'Your connection is kept, and we will try again. Come back in a moment.',
  ],
  provider_response_invalid: [502, 'Something went wrong at the provider', TRY_LATER],
  provider_timeout: [504, 'The provider took too long to answer', TRY_LATER],
  token_not_accepted: [400, 'The provider does not accept this token', 'Make a new one there, and paste all of it.'],
  webhook_unverified: [401, 'The webhook signature is wrong', 'Check the secret or key, the clock and the body.'],
  webhook_malformed: [400, 'This webhook is signed, but cannot be read', 'Check which kind is sent to this address.'],
  webhook_too_large: [413, 'This webhook is too large', 'Send less than 512 KiB.'],
  instance_unverified: [
    401,
    'Open this page from the dashboard that it belongs to',
    'The proof of the site is missing, too old or not genuine. Open the page there again.',
  ],
  store_unavailable: [503, 'The storage of this app is not available right now', TRY_LATER],
  not_connected: [401, 'There is no connection yet', 'Connect the account first.'],
  needs_reauth: [401, 'The connection no longer works', 'Connect the account again.'],
  insufficient_scope: [403, 'The connection does not cover this', 'Connect again and allow what is missing.'],
  access_forbidden: [
    403,
    'The connected account may not do this',
    'Connecting again will not help: the account needs a different role at the provider.',
  ],
  path_forbidden: [400, 'This address leads to another host', 'Check the address, or go back to the app.'],
  destination_forbidden: [500, 'The app tried to send an access token to another host', FOR_THE_DEVELOPER],
} as const satisfies Record<string, ErrorKind>

/** The headers of every answer of this package: no cache keeps it, and no address of a login leaves with a link. */
export const SECURE_HEADERS = {
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
}

/** The stable codes of {@link OAuthError}. */
export type OAuthErrorCode = keyof typeof ERROR_KINDS

/** What an {@link OAuthError} may carry with its code. */
export interface OAuthErrorOptions {
  /** One sentence for the person who reads it; no provider text and no secret. */
  readonly detail?: string
  /** The cause, for logs. It holds no token, code, secret or key. */
  readonly cause?: unknown
  /** How long to wait before another try, in seconds. */
  readonly retryAfterSeconds?: number | undefined
  /** The scopes that are missing, with `insufficient_scope`. */
  readonly missingScopes?: readonly string[] | undefined
  /** The name of the provider in the configuration. */
  readonly provider?: string | undefined
  /** The id of the connection that the error is about. */
  readonly connectionId?: string | undefined
  /** The provider's own name of the error, for logs; no secret. */
  readonly providerError?: string | undefined
  /** The URL of a login that helps. */
  readonly loginUrl?: string | undefined
}

/**
 * The one error this package throws: an `HTTPException` of Hono with a stable `code` to switch on.
 *
 * Hono's default error handler answers with {@link OAuthError.getResponse}.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9457 | RFC 9457 - Problem Details for HTTP APIs}
 * @example
 * ```ts
 * app.onError((error, c) => {
 *   if (isOAuthError(error) && error.code === 'needs_reauth') return c.redirect('/reconnect')
 *   throw error
 * })
 * ```
 */
export class OAuthError extends HTTPException {
  override readonly name = 'OAuthError'
  declare readonly status: Status
  readonly code: OAuthErrorCode
  readonly title: string
  readonly advice: string
  readonly retryAfterSeconds: number | undefined
  readonly missingScopes: readonly string[] | undefined
  /** The name of the provider in the configuration. */
  readonly provider: string | undefined
  /** The id of the connection that failed; no answer shows it. */
  readonly connectionId: string | undefined
  /** The provider's own name of the error, such as `invalid_client`. No answer shows it, except on localhost. */
  readonly providerError: string | undefined
  readonly loginUrl: string | undefined
  readonly #options: OAuthErrorOptions

  constructor(code: OAuthErrorCode, options: OAuthErrorOptions = {}) {
    const [status, title, advice] = ERROR_KINDS[code]
    super(status, { message: options.detail ?? title, cause: options.cause })
    if (options.cause === undefined) delete this.cause
    this.code = code
    this.title = title
    this.advice = advice
    this.retryAfterSeconds = options.retryAfterSeconds
    this.missingScopes = options.missingScopes
    this.provider = options.provider
    this.connectionId = options.connectionId
    this.providerError = options.providerError
    this.loginUrl = options.loginUrl
    this.#options = options
  }

  /** A copy with further members. Several callers may share one error, so it is not changed. */
  with(more: OAuthErrorOptions): OAuthError {
    return Object.assign(new OAuthError(this.code, { ...this.#options, ...more }), { stack: this.stack })
  }

  /** The members of a problem+json body, without the cause. */
  toJSON(): Record<string, unknown> {
    return {
      status: this.status,
      code: this.code,
      title: this.title,
      detail: this.message === this.title ? this.advice : `${this.message} ${this.advice}`,
      ...(this.missingScopes && { missingScopes: this.missingScopes }),
      ...(this.provider && { provider: this.provider }),
      ...(this.loginUrl && { loginUrl: this.loginUrl }),
    }
  }

  /** The answer for a program: `application/problem+json`. */
  override getResponse(): Response {
    const headers = new Headers({ ...SECURE_HEADERS, 'content-type': 'application/problem+json' })
    if (this.retryAfterSeconds !== undefined) headers.set('retry-after', String(this.retryAfterSeconds))
    // RFC 9110, section 15.5.2: a 401 has a challenge. The scheme is ours: a browser asks for no password.
    if (this.status === 401) headers.set('www-authenticate', challenge(this))
    return new Response(JSON.stringify(this), { status: this.status, headers })
  }
}

function challenge({ provider, code }: OAuthError): string {
  return `Connection ${provider ? `realm="${provider}", ` : ''}error="${code}"`
}

/**
 * Tells whether a value is an {@link OAuthError}, of this copy of the package or of another.
 *
 * @param error - any thrown value
 * @returns whether it has a `code` to switch on
 * @example
 * ```ts
 * if (isOAuthError(error)) console.warn(error.code)
 * ```
 */
export function isOAuthError(error: unknown): error is OAuthError {
  return error instanceof Error && error.name === 'OAuthError' && 'code' in error
}

/** Whether an error is an {@link OAuthError} with one of these codes. */
export function hasCode(error: unknown, ...codes: readonly OAuthErrorCode[]): error is OAuthError {
  return isOAuthError(error) && codes.includes(error.code)
}

const STORE_RETRY_AFTER_SECONDS = 5

/** The cause of an error after a request that used up the refresh token: the token must not be sent again. */
export class RefreshTokenSpent extends Error {
  override readonly name = 'RefreshTokenSpent'
}

/** The cause of an error after a refusal in words that neither the RFCs nor the provider's description know. */
export class UnknownRefusal extends Error {
  override readonly name = 'UnknownRefusal'
}

/** The cause of an error after a 429: the provider is available, and limits this connection or this app. */
export class RateLimited extends Error {
  override readonly name = 'RateLimited'
}

/** Whether an error has {@link RateLimited} as its cause. */
export function isRateLimited(error: unknown): boolean {
  return isOAuthError(error) && error.cause instanceof RateLimited
}

/** Whether an error has {@link UnknownRefusal} as its cause. */
export function isUnknownRefusal(error: unknown): boolean {
  return isOAuthError(error) && error.cause instanceof UnknownRefusal
}

/** Whether an error has {@link RefreshTokenSpent} as its cause. */
export function isSpent(error: unknown): boolean {
  return isOAuthError(error) && error.cause instanceof RefreshTokenSpent
}

/** The error for a store that fails or does not answer; `cause` is for logs. */
export function storeUnavailable(cause: unknown): OAuthError {
  return new OAuthError('store_unavailable', { cause, retryAfterSeconds: STORE_RETRY_AFTER_SECONDS })
}

/** The error for a mistake in the configuration: it names the setting, never its value. */
export function configurationError(setting: string, problem: string): OAuthError {
  return new OAuthError('configuration_invalid', { detail: `${setting} ${problem}.` })
}

/** The error for a credential without a value: the variable that the app reads it from may not be set. */
export function missingCredential(setting: string): OAuthError {
  return configurationError(
    setting,
    'is missing. Add its variable to .dev.vars, or to the deployed Worker with `npx wrangler secret put <name>`',
  )
}

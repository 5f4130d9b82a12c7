/** What a person reads when something is refused: the status, what happened, and what to do about it. */
interface ErrorKind {
  readonly status: 400 | 401 | 403 | 404 | 405 | 413 | 429 | 500 | 502 | 503 | 504
  readonly title: string
  readonly advice: string
}

const START_AGAIN = 'Go back to the app and start again.'
const TRY_LATER = 'Wait a moment and try again.'

/** Every error this package raises, by its stable code. */
export const ERROR_KINDS = {
  configuration_invalid: {
    status: 500,
    title: 'This app is not set up correctly',
    advice: 'Whoever runs the app has to correct the setting that is named here.',
  },
  provider_unknown: {
    status: 404,
    title: 'There is no such provider here',
    advice: 'Check the address, or go back to the app.',
  },
  connection_unknown: {
    status: 404,
    title: 'There is no such connection',
    advice: 'It may have been disconnected already. Go back to the app.',
  },
  method_not_allowed: {
    status: 405,
    title: 'This address does not take that kind of request',
    advice: 'Go back to the app. A program finds the right method in the Allow header.',
  },
  request_not_navigation: {
    status: 403,
    title: 'This address opens only as a page of its own',
    advice: 'Open it in a browser tab, not in a frame, an image, a script or a prefetch.',
  },
  request_cross_site: {
    status: 403,
    title: 'This request did not come from this site',
    advice: 'Use the button in the app. A client that is not a browser sends the Origin header.',
  },
  owner_missing: {
    status: 401,
    title: 'You are not signed in',
    advice: 'Sign in to the app first.',
  },
  owner_mismatch: {
    status: 403,
    title: 'You are not signed in as when you started',
    advice: 'Nothing was connected. Start again, in one go, as who you are now.',
  },
  login_overtaken: {
    status: 403,
    title: 'Another login of this browser was faster',
    advice: 'Go back to the app. If what you wanted is not connected there, start again.',
  },
  login_loop: {
    status: 429,
    title: 'The app logs you in again and again',
    advice:
      'You are connected. Wait a minute and go back to the app; if this happens again, whoever runs it ' +
      'has to look at what begins a login that was just finished.',
  },
  state_missing: {
    status: 400,
    title: 'The answer does not say which login it belongs to',
    advice: START_AGAIN,
  },
  transaction_unknown: {
    status: 400,
    title: 'This login was finished already, or was started in another browser',
    advice:
      'If you are not connected yet, start again: in this browser, and at the same address of the app.',
  },
  transaction_expired: {
    status: 400,
    title: 'This login took too long and has expired',
    advice: START_AGAIN,
  },
  context_too_large: {
    status: 500,
    title: 'The app attached more data to this login than fits in a cookie',
    advice: 'Whoever runs the app has to pass less in `context` or `returnTo`.',
  },
  authorization_response_invalid: {
    status: 400,
    title: 'The answer of the provider is not one we can accept',
    advice: START_AGAIN,
  },
  access_denied: {
    status: 400,
    title: 'You did not allow the connection',
    advice: 'Nothing was connected. You can start again whenever you like.',
  },
  authorization_failed: {
    status: 400,
    title: 'The provider could not finish the login',
    advice: START_AGAIN,
  },
  code_rejected: {
    status: 400,
    title: 'The provider did not accept this login',
    advice: 'The code was used before, or has expired. Go back to the app and start again.',
  },
  client_rejected: {
    status: 502,
    title: 'The provider does not accept this app',
    advice: 'Whoever runs the app has to check its client id, client secret and redirect URI.',
  },
  provider_unavailable: {
    status: 502,
    title: 'The provider could not be reached or is not well',
    advice: TRY_LATER,
  },
  temporarily_unavailable: {
    status: 503,
    title: 'The connection cannot be used for the moment',
    advice: 'It is still there: the provider could not renew it just now. Try again in a moment.',
  },
  provider_response_invalid: {
    status: 502,
    title: 'The provider gave an answer that makes no sense',
    advice: TRY_LATER,
  },
  provider_timeout: {
    status: 504,
    title: 'The provider took too long to answer',
    advice: TRY_LATER,
  },
  token_not_accepted: {
    status: 400,
    title: 'This cannot be connected',
    advice: 'Get a new one from the provider, and bring it whole and soon.',
  },
  webhook_unverified: {
    status: 401,
    title: 'This webhook is not signed as it must be',
    advice: 'Check the secret or the public key, the clock, and that the body arrives unchanged.',
  },
  webhook_malformed: {
    status: 400,
    title: 'This webhook is signed but makes no sense',
    advice: 'Check which kind of webhook is sent to this address.',
  },
  webhook_too_large: {
    status: 413,
    title: 'This webhook is larger than any we take',
    advice: 'Send less.',
  },
  instance_unverified: {
    status: 401,
    title: 'This page must be opened from the dashboard it belongs to',
    advice: 'Open it again from there: what proves the site was missing, too old or not genuine.',
  },
  store_unavailable: {
    status: 503,
    title: 'The storage for connections is not available',
    advice: 'Wait a moment and try again.',
  },
  not_connected: {
    status: 401,
    title: 'There is no connection yet',
    advice: 'Connect the account first.',
  },
  needs_reauth: {
    status: 401,
    title: 'The connection no longer works',
    advice: 'Connect the account again.',
  },
  insufficient_scope: {
    status: 403,
    title: 'The connection does not cover this',
    advice: 'Connect again and allow what is missing.',
  },
  access_forbidden: {
    status: 403,
    title: 'The connected account may not do this',
    advice: 'Connecting again will not help: the account needs a different role with the provider.',
  },
  destination_forbidden: {
    status: 500,
    title: 'An access token was about to go to a host that is not the provider’s',
    advice: 'Whoever runs the app has to call only hosts of the provider through a connection.',
  },
} as const satisfies Record<string, ErrorKind>

/** The stable codes of {@link OAuthError}. */
export type OAuthErrorCode = keyof typeof ERROR_KINDS

/** What an {@link OAuthError} may carry beside its code. */
export interface OAuthErrorOptions {
  /** One sentence for the person who reads it; never provider text, never a secret. */
  readonly detail?: string
  /** What went wrong inside, for logs. Holds no token, code, secret or key. */
  readonly cause?: unknown
  /** When to try again, in seconds. */
  readonly retryAfterSeconds?: number | undefined
  /** The scopes that are missing, with `insufficient_scope`. */
  readonly missingScopes?: readonly string[] | undefined
}

/**
 * The one error this package throws: switch on its stable `code`.
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
export class OAuthError extends Error {
  override readonly name = 'OAuthError'
  readonly code: OAuthErrorCode
  readonly status: ErrorKind['status']
  readonly title: string
  readonly advice: string
  readonly retryAfterSeconds: number | undefined
  readonly missingScopes: readonly string[] | undefined

  constructor(code: OAuthErrorCode, options: OAuthErrorOptions = {}) {
    const kind = ERROR_KINDS[code]
    super(
      options.detail ?? kind.title,
      options.cause === undefined ? undefined : { cause: options.cause },
    )
    this.code = code
    this.status = kind.status
    this.title = kind.title
    this.advice = kind.advice
    this.retryAfterSeconds = options.retryAfterSeconds
    this.missingScopes = options.missingScopes
  }

  /** The members of a problem+json body; the cause stays inside. */
  toJSON(): Record<string, unknown> {
    return {
      status: this.status,
      code: this.code,
      title: this.title,
      detail: this.message === this.title ? this.advice : `${this.message} ${this.advice}`,
      ...(this.missingScopes && { missingScopes: this.missingScopes }),
    }
  }

  /** The answer for a client that is not a person: `application/problem+json`. */
  getResponse(): Response {
    const headers = new Headers({
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    })
    if (this.retryAfterSeconds !== undefined) {
      headers.set('retry-after', String(this.retryAfterSeconds))
    }
    return new Response(JSON.stringify(this), { status: this.status, headers })
  }
}

/**
 * Whether a value is an {@link OAuthError}, also one of another copy of this package.
 *
 * @param error - anything that was thrown
 * @example
 * ```ts
 * if (isOAuthError(error)) console.warn(error.code)
 * ```
 */
export function isOAuthError(error: unknown): error is OAuthError {
  return error instanceof Error && error.name === 'OAuthError' && 'code' in error
}

/** The cause of `provider_response_invalid` when a refresh token was used up and no usable token came back. */
export class RefreshTokenSpent extends Error {
  override readonly name = 'RefreshTokenSpent'
}

// The store may be back by then, in seconds.
const STORE_RETRY_AFTER_SECONDS = 5

/** A store that failed or did not answer; `cause` is for logs. */
export function storeUnavailable(cause: unknown): OAuthError {
  return new OAuthError('store_unavailable', {
    cause,
    retryAfterSeconds: STORE_RETRY_AFTER_SECONDS,
  })
}

/** A configuration mistake: names the setting, never its value. */
export function configurationError(setting: string, problem: string): OAuthError {
  return new OAuthError('configuration_invalid', { detail: `${setting} ${problem}.` })
}

import { isOAuthError, type OAuthError, type OAuthErrorCode } from '../errors.ts'
import { type FailedLogin, whatToCheck } from './advice.ts'

/** One entry of the log. It holds no token, code, secret or key. */
export interface LogEntry {
  /** `error` for a refusal, `warn` for a setting that looks wrong, `info` for a hint. */
  readonly level: 'error' | 'warn' | 'info'
  readonly code: OAuthErrorCode
  /** What happened, in one sentence or two. */
  readonly message: string
  /** The HTTP status of the answer; absent for a warning and a hint. */
  readonly status?: number | undefined
  /** The name of the provider in the configuration. */
  readonly provider?: string | undefined
  /** The provider's own name of the error, such as `invalid_client`. */
  readonly providerError?: string | undefined
  /** What a developer checks; absent where `message` says it. */
  readonly check?: string | undefined
  /** The messages of the causes, outermost first. */
  readonly cause?: string | undefined
}

/** Takes the entries of the log. */
export type Logger = (entry: LogEntry) => void

const logged = /* @__PURE__ */ new WeakSet<Error>()
const loggers = /* @__PURE__ */ new WeakMap<object, Logger | undefined>()

/** Notes the logger for an error that leaves no runtime to ask; returns the error. */
export function heardBy(logger: Logger | undefined, error: unknown): unknown {
  if (isOAuthError(error)) loggers.set(error, logger)
  return error
}

/** The entry of a refusal. */
export function entryOf(error: OAuthError, login: FailedLogin = {}): LogEntry {
  const causes: string[] = []
  let named = error
  for (let { cause } = error; cause instanceof Error; cause = cause.cause) {
    causes.push(cause.message)
    if (!named.providerError && isOAuthError(cause)) named = cause
  }
  return {
    level: 'error',
    code: error.code,
    message: error.message,
    status: error.status,
    provider: login.provider,
    providerError: named.providerError,
    check: whatToCheck(named, login),
    cause: causes.join(': ') || undefined,
  }
}

/** Writes the entry of an error, unless it was written before. */
export function logOnce(logger: Logger | undefined, error: Error, entry: LogEntry): void {
  if (!logged.has(error)) writeEntry(logger ?? loggers.get(error), entry)
  logged.add(error)
}

/** Takes a copy of an error that has its entry. */
export function noteLogged(copy: Error): void {
  logged.add(copy)
}

/** Gives an entry to the app's logger, or else to the console. A failure of the logger has no other effect. */
export function writeEntry(logger: Logger = toConsole, entry: LogEntry): void {
  const writing = (async () => logger(entry))()
  writing.catch((error: unknown) => console.error('logger failed', error))
}

function toConsole(entry: LogEntry): void {
  const { level, code, message, provider, check, cause } = entry
  const texts = [message, check, cause && `Cause: ${cause}`]
    .filter(Boolean)
    .map((text) => text?.replace(/[^.]$/, '$&.'))
  console[level](`hono-oauth ${code}${provider ? ` at ${provider}` : ''}: ${texts.join(' ')}`)
}

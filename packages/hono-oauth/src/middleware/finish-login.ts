import { LATE, untilDeadline } from '../deadline.ts'
import { isOAuthError, OAuthError } from '../errors.ts'
import { findTransactionCookie } from '../transaction/cookie-name.ts'
import { isStateOf, openTransaction, TRANSACTION_TTL_SECONDS, type Transaction } from '../transaction/transaction.ts'
import { withCookies } from './answers.ts'
import { connectAs, finishingOwner, giveSession, runHook } from './connecting-owner.ts'
import { OUTCOME_PARAMETER, openOutcome, type Outcome } from './login-outcome.ts'
import { accountIn, leaveNotice } from './notice.ts'
import { isNavigation } from './request-guards.ts'
import type { Visit } from './runtime.ts'
import { paramsIn, startLogin } from './start-login.ts'
import { showWaiting } from './waiting-page.ts'

// How long a person waits without a page of ours, in milliseconds.
const WAIT_MS = 1500
const MAX_RESTARTS = 3
const RESTART_WINDOW_SECONDS = 60

/**
 * Finishes a login at the redirection endpoint. This uses up the transaction even if the login fails, and sends the
 * authorization code at most once.
 *
 * @throws OAuthError of every step; then nothing is stored and no session is made, unless the outcome of the write
 *   is unknown
 * @see {@link https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2 | RFC 6749 - section 4.1.2}
 */
export async function finishLogin(visit: Visit): Promise<Response> {
  const { c, runtime, name } = visit
  const provider = runtime.provider(name)
  const parameters = new URL(c.req.url).searchParams
  const isInstallLink = parameters.has('code') && !parameters.has('state') && !parameters.has('error')
  if (provider.restartsWithoutState && isInstallLink) return restartLogin(visit)
  const callback: Callback = { parameters, opened: undefined, clear: () => undefined }
  let transaction: Transaction
  let outcome: Outcome
  try {
    transaction = await useTransaction(visit, callback)
    const { state, redirectUri, codeVerifier, scopes, login, found } = transaction
    const startedAt = startOf(transaction)
    const connecting = await finishingOwner(visit, transaction, startedAt)
    const sealed = parameters.get(OUTCOME_PARAMETER)
    if (sealed === null) {
      const sent = { state, redirectUri, codeVerifier, scopes, login, found, startedAt }
      const request = { ...sent, parameters, now: runtime.now() }
      const completing = runtime.connections(c).completeLogin(connecting.owner, name, request)
      const work = connectAs(visit, connecting, completing)
      // A program waits to the end.
      const known = await (isNavigation(c) ? untilDeadline(work, Date.now() + WAIT_MS) : work)
      // The cookie of the login stays for the request that the page leads to.
      if (known === LATE) return showWaiting(visit, state, work)
      outcome = known
    } else outcome = await openOutcome(visit, state, sealed)
  } catch (error) {
    return failLogin(visit, callback, error)
  }
  if ('error' in outcome) {
    await giveSession(visit, outcome)
    return failLogin(visit, callback, outcome.error)
  }
  callback.clear()
  const { connection } = outcome
  const { context, returnTo, loginParams = [] } = transaction
  await leaveNotice(c, runtime, {
    type: 'connected',
    provider: name,
    connectionId: connection.id,
    account: accountIn(connection),
    again: Date.parse(connection.toJSON().createdAt) / 1000 < startOf(transaction),
  })
  // The connection stays even if the app's hook throws.
  const response = await runHook(visit, outcome, () => runtime.config.onConnected?.(c, { connection, context }))
  if (response) return withCookies(c, response)
  const landing = provider.landing?.(await connection.accessToken(), loginParams)
  if (landing) return c.redirect(runtime.backChannel.locate(landing).href, 302)
  return c.redirect(returnTo, 303)
}

/** A request at the redirection endpoint, and its login once that is known. */
interface Callback {
  readonly parameters: URLSearchParams
  opened: Transaction | undefined
  /** Clears the cookie of the login, once its state is used. */
  clear: () => void
}

/** When a login began, in seconds since the epoch. */
function startOf({ expiresAt }: Transaction): number {
  return Math.floor(expiresAt - TRANSACTION_TTL_SECONDS)
}

/**
 * Tells the app of a login that failed.
 *
 * @returns the answer of the app
 * @throws the same error, with the URL of a login like this one
 */
async function failLogin(visit: Visit, { opened, clear }: Callback, thrown: unknown): Promise<Response> {
  const { c, runtime, name } = visit
  clear()
  if (!isOAuthError(thrown)) throw thrown
  const { returnTo = runtime.config.defaultReturnTo, scopes, login, context } = opened ?? {}
  const loginUrl = await runtime.loginUrl(name, { returnTo: opened?.returnTo, scopes, params: login })
  const error = thrown.with({ provider: name, loginUrl })
  const response = await runtime.config.onFailed?.(c, { provider: name, error, returnTo, context })
  if (!response) throw error
  await leaveNotice(c, runtime, { type: 'failed', provider: name, code: error.code })
  return withCookies(c, response)
}

/**
 * Starts a new login after an install link, whose code no login of this browser requested. That code is never sent:
 * the new login requests the grant again, bound to this browser.
 */
async function restartLogin(visit: Visit): Promise<Response> {
  const { now, cookies } = visit.runtime
  const recently = now() - RESTART_WINDOW_SECONDS
  const logins = cookies.readTransactions(visit.c).filter(({ issuedAt }) => issuedAt > recently)
  // Without this limit a provider that always drops the state would redirect the browser without end.
  if (logins.length >= MAX_RESTARTS) throw new OAuthError('state_missing')
  const params = paramsIn(visit)
  return startLogin(visit, { params }, await visit.runtime.loginUrl(visit.name, { params }))
}

async function useTransaction({ c, runtime, name }: Visit, callback: Callback): Promise<Transaction> {
  const states = callback.parameters.getAll('state')
  const [state] = states
  if (!state) throw new OAuthError('state_missing')
  if (states.length > 1) throw new OAuthError('authorization_response_invalid')
  const cookie = findTransactionCookie(runtime.cookies.readTransactions(c), state)
  const sealed = cookie && runtime.cookies.read(c, cookie.name)
  if (!cookie || !sealed) throw new OAuthError('transaction_unknown')
  const now = runtime.now()
  const transaction = await openTransaction(runtime.ring, cookie.name, sealed)
  if (!transaction || !isStateOf(transaction, state)) throw new OAuthError('transaction_unknown')
  if (transaction.provider === name) callback.opened = transaction
  // The cookie stays: if the browser did not get the first answer, its next login presents this session id.
  const use = callback.parameters.has(OUTCOME_PARAMETER) ? `outcome ${state}` : state
  if (!runtime.usedStates.use(use, transaction.expiresAt, now)) throw new OAuthError('transaction_unknown')
  // The state matches, so the response belongs to this login; a forged response does not clear the cookie.
  const { embedded } = runtime.provider(transaction.provider)
  callback.clear = () => runtime.cookies.clear(c, cookie.name, embedded)
  if (transaction.expiresAt < now) throw new OAuthError('transaction_expired')
  // RFC 9700, section 4.4.2: the response must come to the redirect URI of this transaction. Two configurations of one
  // Worker may have the same keys and the same name for a provider.
  const isHere = transaction.provider === name && transaction.redirectUri === runtime.redirectUri(name)
  if (!isHere) throw new OAuthError('transaction_unknown')
  return transaction
}

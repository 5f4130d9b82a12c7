import { isOAuthError, OAuthError } from '../errors.ts'
import { findTransactionCookie } from '../transaction/cookie-name.ts'
import { isStateOf, openTransaction, TRANSACTION_TTL_SECONDS, type Transaction } from '../transaction/transaction.ts'
import { withCookies } from './answers.ts'
import { connectAs, finishingOwner, runHook } from './connecting-owner.ts'
import { accountIn, leaveNotice } from './notice.ts'
import type { Visit } from './runtime.ts'
import { paramsIn, startLogin } from './start-login.ts'

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
  const callback: Callback = { parameters, opened: undefined }
  let connected: Connected
  try {
    connected = await connect(visit, callback)
  } catch (error) {
    return failLogin(visit, callback, error)
  }
  const { connection, connecting, transaction, again } = connected
  const { context, returnTo, loginParams = [] } = transaction
  await leaveNotice(c, runtime, {
    type: 'connected',
    provider: name,
    connectionId: connection.id,
    account: accountIn(connection),
    again,
  })
  // The connection stays even if the app's hook throws.
  const response = await runHook(visit, connecting, () => runtime.config.onConnected?.(c, { connection, context }))
  if (response) return withCookies(c, response)
  const landing = provider.landing?.(await connection.accessToken(), loginParams)
  if (landing) return c.redirect(runtime.backChannel.locate(landing).href, 302)
  return c.redirect(returnTo, 303)
}

/** A request at the redirection endpoint, and its login once that is known. */
interface Callback {
  readonly parameters: URLSearchParams
  opened: Transaction | undefined
}

type Connected = Awaited<ReturnType<typeof connect>>

async function connect(visit: Visit, callback: Callback) {
  const { c, runtime, name } = visit
  const { parameters } = callback
  const transaction = await useTransaction(visit, callback)
  const { state, redirectUri, codeVerifier, scopes, login } = transaction
  const startedAt = Math.floor(transaction.expiresAt - TRANSACTION_TTL_SECONDS)
  const connecting = await finishingOwner(visit, transaction, startedAt)
  const now = runtime.now()
  const request = { parameters, state, redirectUri, codeVerifier, scopes, login, startedAt, now }
  const connection = await connectAs(visit, connecting, () =>
    runtime.connections(c).completeLogin(connecting.owner, name, request),
  )
  const again = Date.parse(connection.toJSON().createdAt) / 1000 < startedAt
  return { transaction, connecting, connection, again }
}

/**
 * Tells the app of a login that failed.
 *
 * @returns the answer of the app
 * @throws the same error, with the URL of a login like this one
 */
async function failLogin({ c, runtime, name }: Visit, { opened }: Callback, thrown: unknown): Promise<Response> {
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
  if (!runtime.usedStates.use(state, transaction.expiresAt, now)) throw new OAuthError('transaction_unknown')
  // The state matches, so the response belongs to this login; a forged response does not clear the cookie.
  runtime.cookies.clear(c, cookie.name, runtime.provider(transaction.provider).embedded)
  if (transaction.expiresAt < now) throw new OAuthError('transaction_expired')
  // RFC 9700, section 4.4.2: the response must come to the redirect URI of this transaction. Two configurations of one
  // Worker may have the same keys and the same name for a provider.
  const isHere = transaction.provider === name && transaction.redirectUri === runtime.redirectUri(name)
  if (!isHere) throw new OAuthError('transaction_unknown')
  return transaction
}

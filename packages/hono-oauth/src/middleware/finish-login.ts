import type { Context } from 'hono'
import { OAuthError } from '../errors.ts'
import { findTransactionCookie } from '../transaction/cookie-name.ts'
import { isStateOf, openTransaction, TRANSACTION_TTL_SECONDS, type Transaction } from '../transaction/transaction.ts'
import { connectAs, finishingOwner, runHook } from './connecting-owner.ts'
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
  const transaction = await useTransaction(visit, parameters)
  const { state, redirectUri, codeVerifier, scopes, login, context } = transaction
  const startedAt = Math.floor(transaction.expiresAt - TRANSACTION_TTL_SECONDS)
  const connecting = await finishingOwner(visit, transaction, startedAt)
  const now = runtime.now()
  const callback = { parameters, state, redirectUri, codeVerifier, scopes, login, startedAt, now }
  const connection = await connectAs(visit, connecting, () =>
    runtime.connections(c).completeLogin(connecting.owner, name, callback),
  )
  // The connection stays even if the app's hook throws.
  const response = await runHook(visit, connecting, () => runtime.config.onConnected?.(c, { connection, context }))
  if (response) return withCookies(c, response)
  const landing = provider.landing?.(await connection.accessToken(), transaction.loginParams ?? [])
  if (landing) return c.redirect(runtime.backChannel.locate(landing).href, 302)
  return c.redirect(transaction.returnTo, 303)
}

/** The app's answer with the cookies of this login. An answer that the app made through `c` has them already. */
function withCookies(c: Context, response: Response): Response {
  const answer = c.newResponse(response.body, response)
  const cookies = new Set(answer.headers.getSetCookie())
  answer.headers.delete('set-cookie')
  for (const cookie of cookies) answer.headers.append('set-cookie', cookie)
  return answer
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

async function useTransaction({ c, runtime, name }: Visit, parameters: URLSearchParams): Promise<Transaction> {
  const states = parameters.getAll('state')
  const [state] = states
  if (!state) throw new OAuthError('state_missing')
  if (states.length > 1) throw new OAuthError('authorization_response_invalid')
  const cookie = findTransactionCookie(runtime.cookies.readTransactions(c), state)
  const sealed = cookie && runtime.cookies.read(c, cookie.name)
  if (!cookie || !sealed) throw new OAuthError('transaction_unknown')
  const now = runtime.now()
  const transaction = await openTransaction(runtime.ring, cookie.name, sealed)
  if (!transaction || !isStateOf(transaction, state)) throw new OAuthError('transaction_unknown')
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

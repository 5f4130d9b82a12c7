import type { Context } from 'hono'
import { getCookie } from 'hono/cookie'
import type { Connection } from '../connections/connection.ts'
import { OAuthError } from '../errors.ts'
import type { Provider } from '../providers/contract.ts'
import { generateSessionIds } from '../session/session.ts'
import { findTransactionCookie } from '../transaction/cookie-name.ts'
import { WINDOW_SECONDS } from '../transaction/login-rounds.ts'
import {
  isStateOf,
  openTransaction,
  TRANSACTION_TTL_SECONDS,
  type Transaction,
} from '../transaction/transaction.ts'
import { connectingOwner, type StartedLogin } from './owner.ts'
import type { Runtime } from './runtime.ts'
import { startLogin } from './start-login.ts'

const MAX_RESTARTS = 3
const RESTART_WINDOW_SECONDS = 60

/**
 * Finishes a login at the redirection endpoint: from here on the transaction is used up, whatever
 * comes of it, and its code is sent at most once.
 *
 * @throws OAuthError of every check and step; nothing is stored then and no session is made
 * @see {@link https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2 | RFC 6749 - section 4.1.2}
 */
export async function finishLogin(c: Context, runtime: Runtime, name: string): Promise<Response> {
  const provider = runtime.provider(name)
  const parameters = new URL(c.req.url).searchParams
  if (provider.restartsWithoutState && isInstallLink(parameters)) {
    return restartLogin(c, runtime, name)
  }
  const transaction = await useTransaction(c, runtime, name, parameters)
  const { state, redirectUri, codeVerifier, scopes, context } = transaction
  const beganAt = transaction.expiresAt - TRANSACTION_TTL_SECONDS
  const startedAt = Math.floor(beganAt)
  const asking = await connectingOwner(c, runtime, name, startedLogin(transaction, startedAt))
  const now = runtime.now()
  const callback = { parameters, state, redirectUri, codeVerifier, scopes, startedAt, now }
  const connections = runtime.connections(c)
  const connection = await asking.connect((owner) => connections.complete(owner, name, callback))
  // The connection stands, whatever the app says now.
  const response = await runtime.config.onConnected?.(c, { connection, context })
  if (response) return withCookies(c, response)
  const landing = await findLanding(provider, connection, transaction)
  if (landing) return c.redirect(runtime.backChannel.locate(landing).href, 302)
  // Where this leads, the next login would begin.
  if (runtime.rounds.isLoop(connection.id, beganAt, runtime.config.now() / 1000)) {
    throw new OAuthError('login_loop', { retryAfterSeconds: WINDOW_SECONDS })
  }
  return c.redirect(transaction.returnTo, 303)
}

function startedLogin(transaction: Transaction, since: number): StartedLogin {
  const { ownerKey, ownerId, sessionId, sessionSince: chosenAt = since } = transaction
  const ids = generateSessionIds()
  const session = { ownerId: ownerId ?? ids.ownerId, id: sessionId ?? ids.id }
  return { ownerKey, session, chosenAt, since }
}

/** The app's own answer, with our cookies: once each, whether it was made through `c` or not. */
function withCookies(c: Context, response: Response): Response {
  const answer = c.newResponse(response.body, response)
  const cookies = new Set(answer.headers.getSetCookie())
  answer.headers.delete('set-cookie')
  for (const cookie of cookies) answer.headers.append('set-cookie', cookie)
  return answer
}

async function findLanding(
  provider: Provider,
  connection: Connection,
  { loginParams = [] }: Transaction,
): Promise<URL | undefined> {
  return provider.landing?.(await connection.accessToken(), loginParams)
}

function isInstallLink(parameters: URLSearchParams): boolean {
  return parameters.has('code') && !parameters.has('state') && !parameters.has('error')
}

/**
 * An install link comes back with a code that no login of this browser asked for. It is never sent:
 * a fresh login asks for the grant again, now bound to this browser.
 */
async function restartLogin(c: Context, runtime: Runtime, name: string): Promise<Response> {
  const recently = runtime.now() - RESTART_WINDOW_SECONDS
  const logins = runtime.cookies.readTransactions(c).filter(({ issuedAt }) => issuedAt > recently)
  // A provider that always drops the state would send the browser round and round.
  if (logins.length >= MAX_RESTARTS) throw new OAuthError('state_missing')
  return startLogin(c, runtime, name, {})
}

async function useTransaction(
  c: Context,
  runtime: Runtime,
  name: string,
  parameters: URLSearchParams,
): Promise<Transaction> {
  const states = parameters.getAll('state')
  const [state] = states
  if (!state) throw new OAuthError('state_missing')
  if (states.length > 1) throw new OAuthError('authorization_response_invalid')
  const cookie = findTransactionCookie(runtime.cookies.readTransactions(c), state)
  const sealed = cookie && getCookie(c, cookie.name)
  if (!cookie || !sealed) throw new OAuthError('transaction_unknown')
  const now = runtime.now()
  const transaction = await openTransaction(runtime.ring, cookie.name, sealed)
  if (!transaction || !isStateOf(transaction, state)) throw new OAuthError('transaction_unknown')
  // It is this login's response: what follows uses the transaction up. A forged one would not.
  runtime.cookies.clear(c, cookie.name, runtime.provider(transaction.provider).embedded)
  if (transaction.expiresAt < now) throw new OAuthError('transaction_expired')
  // RFC 9700, section 4.4.2: the response must come back the way this transaction went out.
  if (transaction.provider !== name) throw new OAuthError('transaction_unknown')
  if (!runtime.usedStates.use(state, transaction.expiresAt, now)) {
    throw new OAuthError('transaction_unknown')
  }
  return transaction
}

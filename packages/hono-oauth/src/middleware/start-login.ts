import type { Context } from 'hono'
import { getCookie } from 'hono/cookie'
import { TOGETHER_SECONDS } from '../connections/document.ts'
import { randomText } from '../crypto/encoding.ts'
import { generateSessionIds } from '../session/session.ts'
import { guardReturnTo } from '../transaction/return-to.ts'
import {
  generateState,
  openTransaction,
  sealTransaction,
  TRANSACTION_TTL_SECONDS,
  type Transaction,
} from '../transaction/transaction.ts'
import { findOwner } from './owner.ts'
import type { Runtime } from './runtime.ts'

/** What a login may be started with. */
export interface LoginOptions<Scope extends string = string> {
  /** Where the browser goes in the end: a path of this app; anything else counts as the default. */
  readonly returnTo?: string | null | undefined
  /** The scopes to request instead of the provider's configured ones. */
  readonly scopes?: readonly Scope[]
  /** The app's own JSON data, about 1 KB at most: rides sealed and reaches `onConnected`. */
  readonly context?: unknown
  /** More parameters of the provider's own for the authorization request. */
  readonly params?: Readonly<Record<string, string>>
}

const CODE_VERIFIER_BYTES = 32

/**
 * Starts a login: a sealed transaction in a cookie of its own, and a redirect to the provider.
 *
 * @throws OAuthError `provider_unknown`, `owner_missing` or `context_too_large`, and whatever a provider
 *   says that has to ask the server about itself first; no login has begun then
 */
export async function startLogin(
  c: Context,
  runtime: Runtime,
  name: string,
  options: LoginOptions,
): Promise<Response> {
  const { config, ring, backChannel, cookies, now } = runtime
  const provider = runtime.provider(name)
  const owner = await findOwner(c, runtime, name)
  const state = generateState()
  const redirectUri = `${config.origin}${config.basePath}/${name}/callback`
  const scopes = options.scopes ?? provider.scopes
  const codeVerifier = provider.pkce ? randomText(CODE_VERIFIER_BYTES) : undefined
  const transaction: Transaction = {
    state,
    provider: name,
    redirectUri,
    returnTo: safeReturnTo(runtime, options.returnTo),
    ownerKey: owner?.key ?? null,
    ...(config.owner ? {} : await comingSession(c, runtime)),
    codeVerifier,
    scopes: options.scopes,
    loginParams: provider.loginParams?.filter((param) => options.params?.[param]),
    context: options.context,
    expiresAt: config.now() / 1000 + TRANSACTION_TTL_SECONDS,
  }
  const cookieName = cookies.transaction(state, now())
  const sealed = await sealTransaction(ring, cookieName, transaction)
  const request = { state, redirectUri, scopes, codeVerifier, params: options.params }
  const url = await provider.authorizationUrl(request, backChannel, now())
  const framed = provider.embedded === true
  cookies.evictTransactions(c, cookieName.length + sealed.length)
  cookies.write(c, cookieName, sealed, TRANSACTION_TTL_SECONDS, framed)
  c.header('cache-control', 'no-store')
  c.header('referrer-policy', 'no-referrer')
  return c.redirect(backChannel.locate(url).href, 302)
}

/**
 * The session that this browser has once a login is finished: logins that are on their way at the same time
 * choose the same one, so that whichever ends first, all end in one session.
 */
async function comingSession(
  c: Context,
  { ring, cookies, now }: Runtime,
): Promise<Pick<Transaction, 'ownerId' | 'sessionId' | 'sessionSince'>> {
  const latest = cookies.readTransactions(c).at(-1)
  const sealed = latest && getCookie(c, latest.name)
  const other = sealed ? await openTransaction(ring, latest.name, sealed) : undefined
  const { sessionSince = Number.NEGATIVE_INFINITY } = other ?? {}
  // Not for long: who had the browser before, and left a login of theirs on its way in it, must not get
  // into what the next one connects.
  const isTogether = other?.sessionId !== undefined && sessionSince + TOGETHER_SECONDS > now()
  const { ownerId, id } = generateSessionIds()
  return isTogether
    ? { ownerId: other.ownerId ?? ownerId, sessionId: other.sessionId, sessionSince }
    : { ownerId, sessionId: id, sessionSince: now() }
}

/** A requested return address as a path of this app. */
export function safeReturnTo({ config }: Runtime, value: string | null | undefined): string {
  const { origin, basePath: authPath, defaultReturnTo: fallback } = config
  return guardReturnTo(value, { origin, authPath, fallback })
}

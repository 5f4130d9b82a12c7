import type { Context } from 'hono'
import { type Connection, type ConnectionSummary, isOAuthError, type OAuthError } from 'hono-oauth'
import type { Env } from './env.ts'
import { keepLook, type Look, readLastLook } from './last-look.ts'
import { type ShowTime, timesFor } from './page/times.ts'
import { namingPlatform, platformOf } from './platforms.ts'
import { ProviderUnavailable, type Site } from './provider-api.ts'

// No card waits longer for its platform.
const WAIT_MS = 2000

/** How a connection is doing, as far as a person has to know. */
export type State = 'working' | 'ending' | 'retrying' | 'ended' | 'permission' | 'unreachable'

/** One connection with its platform's answer of this moment, or the last one. */
export interface ConnectionView {
  readonly summary: ConnectionSummary
  /** Whose account it is: a name that is stored, or that the platform has just told. */
  readonly who: string
  readonly state: State
  /** What is wrong, and what to do. */
  readonly problem?: string
  /** The one thing to do now. */
  readonly action?: { readonly text: string; readonly href: string }
  readonly sites: readonly string[]
  /** When the platform answered last; absent if it never has. */
  readonly checkedAt?: string | undefined
}

type AppContext = Context<{ Bindings: Env }>

/** Asks the platforms of all connections at once. The order is the same for every answer. */
export async function viewConnections(
  c: AppContext,
  connections: readonly Connection[],
): Promise<readonly ConnectionView[]> {
  const ordered = connections.toSorted((one, other) => keyOf(one).localeCompare(keyOf(other)))
  return Promise.all(ordered.map((connection) => viewConnection(c, connection)))
}

const namesOf = (sites: readonly Site[]) => sites.map(({ name }) => name)

function keyOf(connection: Connection): string {
  return `${connection.toJSON().createdAt} ${connection.id}`
}

/** What a platform answers, or why it does not. */
type Found = { readonly look: Look } | { readonly error: unknown }

async function viewConnection(c: AppContext, connection: Connection): Promise<ConnectionView> {
  const [last, found] = await Promise.all([readLastLook(c.env, connection.id), find(connection)])
  const judged = 'error' in found ? judgeError(connection, found.error, timesFor(c)) : judgeHealth(connection)
  // After the answer: a token that has just been refused has ended the connection.
  const summary = connection.toJSON()
  const look = 'look' in found ? found.look : last
  const hasAnswered = judged.state !== 'unreachable' && judged.state !== 'retrying'
  const checkedAt = hasAnswered ? new Date().toISOString() : last?.at
  if ('look' in found) c.executionCtx.waitUntil(keepLook(c.env, connection.id, found.look, last))
  const who = summary.account.name ?? look?.name ?? 'An account without a name'
  return { summary, who, sites: look?.sites ?? [], checkedAt, ...judged }
}

async function find(connection: Connection): Promise<Found> {
  const { listSites, getAccount } = platformOf(connection.provider)
  const look = async (): Promise<Look> => {
    if (listSites && connection.account.name) return { sites: namesOf(await listSites(connection)) }
    const { name } = await getAccount(connection)
    return { name, sites: listSites ? namesOf(await listSites(connection)) : [] }
  }
  try {
    return { look: await within(look()) }
  } catch (error) {
    return { error }
  }
}

/** What the card says of a connection, whatever its account. */
type Judgement = Pick<ConnectionView, 'state' | 'problem' | 'action'>
type Judged = Pick<Connection, 'health' | 'reauthorizeUrl' | 'provider'>

const TRY_AGAIN = { text: 'Try again', href: '/' }

function judgeHealth({ health, reauthorizeUrl, provider }: Judged): Judgement {
  const { title } = platformOf(provider)
  const signIn = reauthorizeUrl && { action: { text: 'Sign in again', href: reauthorizeUrl } }
  if (health === 'expiring') return { state: 'ending', problem: `${title} ends this access soon.`, ...signIn }
  if (health === 'degraded') {
    const problem = `${title} did not renew the access just now. The connection is kept, and we try again by ourselves.`
    return { state: 'retrying', problem, action: TRY_AGAIN, ...signIn }
  }
  return { state: 'working' }
}

function judgeError(connection: Connection, error: unknown, time: ShowTime): Judgement {
  const { provider, health, reauthorizeUrl } = connection
  const { title, scopes } = platformOf(provider)
  const loginUrl = reauthorizeUrl ?? `/auth/${provider}/login?return_to=/`
  if (health === 'needs_reauth' || isCode(error, 'needs_reauth', 'not_connected')) {
    const problem = `${title} does not accept this access any more.`
    return { state: 'ended', problem, action: { text: 'Sign in again', href: loginUrl } }
  }
  if (isCode(error, 'insufficient_scope')) {
    const missing = (error.missingScopes ?? []).map((scope) => scopes[scope] ?? scope)
    const what = missing.length > 0 ? ` What is missing: ${missing.join(', ')}.` : ''
    const problem = `You did not allow this app all that it needs at ${title}.${what}`
    return { state: 'permission', problem, action: { text: 'Allow it', href: error.loginUrl ?? loginUrl } }
  }
  if (isCode(error, 'access_forbidden')) {
    return { state: 'permission', problem: namingPlatform(`${error.title}. ${error.advice}`, provider) }
  }
  if (isCode(error, 'temporarily_unavailable')) return judgeHealth({ provider, reauthorizeUrl, health: 'degraded' })
  const problem = `${whyUnreachable(title, error, time)} Your connection is kept.`
  return { state: 'unreachable', problem, action: TRY_AGAIN }
}

function whyUnreachable(title: string, error: unknown, time: ShowTime): string {
  if (error instanceof Late) return `${title} has not answered within two seconds.`
  if (!(error instanceof ProviderUnavailable)) return `${title} does not answer at the moment.`
  if (error.status !== 429) return `${title} isn't available right now.`
  const seconds = Number(error.retryAfter) || 60
  // A full minute, so that the wait is over then.
  const until = Math.ceil((Date.now() + seconds * 1000) / 60_000) * 60_000
  return `${title} asks us to wait until ${time(new Date(until).toISOString())}.`
}

/** The error after two seconds without an answer. */
class Late extends Error {}

function within<T>(work: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout>
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Late()), WAIT_MS)
  })
  return Promise.race([work, late]).finally(() => clearTimeout(timer))
}

function isCode(error: unknown, ...codes: OAuthError['code'][]): error is OAuthError {
  return isOAuthError(error) && codes.includes(error.code)
}

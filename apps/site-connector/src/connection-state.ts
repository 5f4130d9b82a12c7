import { type Connection, type ConnectionSummary, isOAuthError, type OAuthError } from 'hono-oauth'
import { platformOf } from './platforms.ts'
import { ProviderUnavailable, type Site } from './provider-api.ts'

// No card waits longer for its platform.
const WAIT_MS = 2000

/** How a connection is doing, as far as a person has to know. */
export type State = 'working' | 'ending' | 'retrying' | 'ended' | 'permission' | 'unreachable'

/** One connection with its platform's answer of this moment. */
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
}

/** What a platform has answered. */
interface Found {
  readonly sites: readonly string[]
  readonly name?: string
  readonly error?: unknown
}

/** Asks the platforms of all connections at once. The order is the same for every answer. */
export async function viewConnections(connections: readonly Connection[]): Promise<readonly ConnectionView[]> {
  const ordered = connections.toSorted((one, other) => keyOf(one).localeCompare(keyOf(other)))
  return Promise.all(ordered.map(viewConnection))
}

const namesOf = (sites: readonly Site[]) => sites.map(({ name }) => name)

function keyOf(connection: Connection): string {
  return `${connection.toJSON().createdAt} ${connection.id}`
}

async function viewConnection(connection: Connection): Promise<ConnectionView> {
  const { listSites, getAccount } = platformOf(connection.provider)
  const look = async (): Promise<Found> => {
    if (listSites && connection.account.name) return { sites: namesOf(await listSites(connection)) }
    const { name } = await getAccount(connection)
    return { name, sites: listSites ? namesOf(await listSites(connection)) : [] }
  }
  const found = await within(look()).catch((error: unknown): Found => ({ sites: [], error }))
  // After the answer: a token that has just been refused has ended the connection.
  const summary = connection.toJSON()
  const who = summary.account.name ?? found.name ?? 'An account without a name'
  const judged = 'error' in found ? judgeError(connection, found.error) : judgeHealth(connection)
  return { summary, who, sites: found.sites, ...judged }
}

/** What the card says of a connection, whatever its account. */
type Judgement = Pick<ConnectionView, 'state' | 'problem' | 'action'>
type Judged = Pick<Connection, 'health' | 'reauthorizeUrl' | 'provider'>

function judgeHealth({ health, reauthorizeUrl, provider }: Judged): Judgement {
  const { title } = platformOf(provider)
  if (health === 'expiring') {
    const problem = `${title} ends this access soon.`
    return {
      state: 'ending',
      problem,
      ...(reauthorizeUrl && { action: { text: 'Sign in again', href: reauthorizeUrl } }),
    }
  }
  if (health === 'degraded') {
    const problem = `${title} did not renew the access just now. The connection is kept, and we try again by ourselves.`
    return { state: 'retrying', problem, action: { text: 'Try again', href: '/' } }
  }
  return { state: 'working' }
}

function judgeError(connection: Connection, error: unknown): Judgement {
  const { provider, reauthorizeUrl = `/auth/${provider}/login?return_to=/` } = connection
  const { title } = platformOf(provider)
  if (connection.health === 'needs_reauth' || isCode(error, 'needs_reauth', 'not_connected')) {
    const problem = `${title} does not accept this access any more.`
    return { state: 'ended', problem, action: { text: 'Sign in again', href: reauthorizeUrl } }
  }
  if (isCode(error, 'insufficient_scope')) {
    const problem = `You did not allow this app all that it needs at ${title}.`
    return { state: 'permission', problem, action: { text: 'Allow it', href: error.loginUrl ?? reauthorizeUrl } }
  }
  if (isCode(error, 'access_forbidden')) {
    return { state: 'permission', problem: `${error.title}. ${error.advice}` }
  }
  if (isCode(error, 'temporarily_unavailable')) return judgeHealth({ provider, reauthorizeUrl, health: 'degraded' })
  return { state: 'unreachable', problem: whyUnreachable(title, error), action: { text: 'Try again', href: '/' } }
}

function whyUnreachable(title: string, error: unknown): string {
  const kept = 'Your connection is kept.'
  if (error instanceof Late) return `${title} has not answered within two seconds. ${kept}`
  if (error instanceof ProviderUnavailable && error.status === 429) {
    const seconds = Number(error.retryAfter) || 60
    return `${title} asks us to wait until ${timeIn(seconds)}. ${kept}`
  }
  return `${title} does not answer at the moment. ${kept}`
}

function timeIn(seconds: number): string {
  return `${new Date(Date.now() + seconds * 1000).toISOString().slice(11, 16)} UTC`
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

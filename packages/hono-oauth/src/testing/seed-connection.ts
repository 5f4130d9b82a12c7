import type { Connection } from '../connections/connection.ts'
import { configurationError } from '../errors.ts'
import { storeOf } from '../middleware/config.ts'
import type { OAuth } from '../middleware/oauth.ts'
import { sessionOwner, userOwner } from '../middleware/owner.ts'
import type { AccountOf, DetailsOf, Providers, ScopeOf } from '../middleware/provider-types.ts'
import { runtimeOf } from '../middleware/runtime-of.ts'
import type { Account } from '../providers/contract.ts'
import { Secret } from '../secret.ts'
import { generateSessionId, sealSession, sessionAfterLogin } from '../session/session.ts'
import type { Owner } from '../vault/address.ts'

/** A connection to store. */
export interface SeedOptions<P extends Providers, Name extends keyof P & string> {
  /** The id of the app's user, for an app with the setting `owner`; a new browser session for any other app. */
  readonly owner?: string
  readonly provider: Name
  readonly tokens: {
    readonly accessToken: string
    readonly refreshToken?: string
    /** The lifetime from now on, in seconds; without it the token does not end. */
    readonly expiresInSeconds?: number
    readonly refreshExpiresInSeconds?: number
  }
  /** Of the members that the provider's type adds, as many as the test needs. */
  readonly account?: Account & Partial<AccountOf<P[Name]>>
  /** The granted scopes; those of the provider's configuration by default. */
  readonly scopes?: readonly ScopeOf<P[Name]>[]
  readonly details?: DetailsOf<P[Name]>
  /** What the provider calls the grant: a login with the same grant replaces the connection. The account's id by default. */
  readonly grantId?: string
}

/** A stored connection. */
export interface SeededConnection {
  readonly connection: Connection
  /** The `Set-Cookie` header of the session, for `browser.setCookie`; absent for a user of the app. */
  readonly setCookie?: string
}

/**
 * Stores a connection as a login does, without a request to the provider.
 *
 * @param oauth - the result of `createOAuth`
 * @param env - the environment that its configuration takes, with the same store as the app under test
 * @param options - whose connection it is, and its tokens
 * @throws OAuthError `configuration_invalid`, `provider_unknown` or `store_unavailable`
 * @example
 * ```ts
 * await seedConnection(oauth, env, { owner: 'ada', provider: 'webflow', tokens: { accessToken: 'a-token' } })
 * ```
 */
export async function seedConnection<P extends Providers, E, Name extends keyof P & string>(
  oauth: OAuth<P, E>,
  env: E,
  options: SeedOptions<P, Name>,
): Promise<SeededConnection> {
  const runtime = runtimeOf(oauth, env)
  if (!runtime) throw configurationError('oauth', 'is not the result of this createOAuth')
  const { config, ring, cookies } = runtime
  const { provider: name, tokens, owner: user } = options
  const account: Account = options.account ?? { id: 'seeded', name: 'Seeded account' }
  const provider = runtime.provider(name)
  if (config.owner && !user)
    throw configurationError('owner', 'is missing: connections of this app belong to its users')
  if (!config.owner && user)
    throw configurationError('owner', 'is not for this app: its connections belong to browsers')

  const now = runtime.now()
  const session = user === undefined ? sessionAfterLogin(generateSessionId(), generateSessionId(), now) : undefined
  const owner = session ? await newSessionOwner(session) : await userOwner(String(user))
  const { accessToken, refreshToken, ...lifetimes } = tokens
  const grant = {
    id: options.grantId ?? account.id,
    account,
    scopes: options.scopes ?? provider.scopes,
    details: options.details,
    revocable: true,
  }
  const sealed = {
    accessToken: new Secret(accessToken),
    refreshToken: refreshToken ? new Secret(refreshToken) : undefined,
  }
  const engine = runtime.engineOver(() => storeOf(config, name))
  const address = { provider: name, owner }
  const record = await engine.save(address, { tokens: { ...lifetimes, ...sealed }, grant }, now, grant.scopes)
  const connection = await runtime.connections().get(record.id)
  if (!session) return { connection }
  const cookie = cookies.session(name)
  const isSecure = config.origin.startsWith('https:')
  const value = await sealSession(ring, session, cookie)
  return { connection, setCookie: `${cookie}=${value}; Path=/; HttpOnly; SameSite=Lax${isSecure ? '; Secure' : ''}` }
}

async function newSessionOwner(session: Parameters<typeof sessionOwner>[0]): Promise<Owner> {
  const { key, expiresAt, session: own } = await sessionOwner(session)
  const presented = own?.presented ?? []
  return { key, expiresAt, isNew: true, session: { presented, replacement: presented[0] } }
}

import type { Context, Handler, MiddlewareHandler } from 'hono'
import type { Connection } from '../connections/connection.ts'
import type { ConnectionEngine } from '../engine/engine.ts'
import type { OAuthError } from '../errors.ts'
import type { Store } from '../stores/contract.ts'
import type {
  BackgroundConnections,
  BackgroundContext,
  ChoiceOptions,
  ConnectionEnv,
  RequireOptions,
} from './find-connections.ts'
import type { LoginLink } from './login-link.ts'
import type { Notice } from './notice.ts'
import type { AccountOf, ConnectionOf, DetailsOf, Providers, ScopeOf } from './provider-types.ts'
import type { Rotation, RotationOptions } from './rotate-keys.ts'
import type { OAuthRoutes } from './routes.ts'
import type { LoginOptions } from './start-login.ts'

/** The routes, middleware and functions that an app uses, typed by the providers of its configuration. */
export interface OAuth<P extends Providers, E = unknown> {
  /** The routes for login, callback, connections, revocation and webhooks; mount them at `basePath`. */
  readonly routes: OAuthRoutes

  /** Absent. `wrangler types` takes each export of the Worker's entry for a handler, which has a name like this. */
  readonly fetch?: never

  /**
   * Lets a request through only with a connection: 401 without one, 403 without the scopes. A POST or another unsafe
   * method from a page of another origin is refused: 403 `request_cross_site`. A program that sends neither
   * `Sec-Fetch-Site` nor `Origin` passes.
   *
   * @param name - a provider of the configuration
   * @param options - `scopes` that must have been granted; `connection` to choose among several; `as`, the name of the
   *   variable, for a route that needs two providers; `crossSite` for a route that other origins may use and that the
   *   app protects itself
   * @returns middleware that sets `c.var.connection`, or the variable that `as` names
   * @example
   * ```ts
   * app.get('/sites', oauth.require('webflow', { scopes: ['sites:read'] }), async (c) => {
   *   const sites = await c.var.connection.fetch('/v2/sites')
   *   return c.json(await sites.json())
   * })
   * ```
   */
  require<Name extends keyof P & string, const As extends string = 'connection'>(
    name: Name,
    options?: RequireOptions<ScopeOf<P[Name]>, As>,
  ): MiddlewareHandler<ConnectionEnv<AccountOf<P[Name]>, DetailsOf<P[Name]>, As>>

  /**
   * Starts a login from a handler of the app.
   *
   * @param c - the context of the request
   * @param name - a provider of the configuration
   * @param options - `returnTo`, a page of this app; `scopes` to request; `context`, JSON data of about 1 KB at most that
   *   reaches `onConnected`; `params` of the provider's own; `json` for a page elsewhere or a program
   * @returns the redirect to the provider; with the setting `owner`, a page that asks first where a link of another site
   *   has led here; with `json`, `{ authorizationUrl }`, which a browser opens within two minutes
   * @throws OAuthError `owner_missing`, `context_too_large`, `configuration_invalid`, `request_cross_site` for a POST of
   *   another site or, with `json`, for a page of a strange origin; without `json`, `request_not_navigation` for a
   *   prefetch, HEAD, or anything but a page of its own
   * @example
   * ```ts
   * app.get('/invitations/:id', (c) =>
   *   oauth.login(c, 'webflow', { returnTo: '/welcome', context: { invitation: c.req.param('id') } }),
   * )
   * ```
   */
  login<Name extends keyof P & string>(
    c: Context,
    name: Name,
    options?: LoginOptions<ScopeOf<P[Name]>>,
  ): Promise<Response>

  /**
   * The URL of a login, for a link: the scopes travel sealed in it, so that no visitor chooses them.
   *
   * @param c - the context of the request
   * @param name - a provider of the configuration
   * @param options - `returnTo`, a path of this app; `scopes` to request; `params` that the provider takes at a login,
   *   such as `shop`
   * @returns an absolute URL at the app's origin
   * @throws OAuthError `configuration_invalid`
   * @example
   * ```ts
   * app.get('/', async (c) => c.html(`<a href="${await oauth.loginUrl(c, 'webflow', { returnTo: '/sites' })}">Connect</a>`))
   * ```
   */
  loginUrl<Name extends keyof P & string>(
    c: Context,
    name: Name,
    options?: LoginLink<ScopeOf<P[Name]>>,
  ): Promise<string>

  /**
   * The handler of a redirect URI outside `basePath`, for a provider with a `redirectUri` of its own.
   *
   * @param name - a provider of the configuration
   * @returns a handler for GET and POST
   * @example
   * ```ts
   * app.all('/api/oauth/callback/github', oauth.callback('github'))
   * ```
   */
  callback<Name extends keyof P & string>(name: Name): Handler

  /**
   * Connects without a redirect, with a token that a person has copied from the provider, such as a site token or
   * a workspace token of Webflow, or with the signed instance of Wix.
   *
   * The app must protect the request that carries the token against forgery.
   *
   * @param c - the context of the request
   * @param name - a provider of the configuration
   * @param token - the token, or the signed instance
   * @param options - `framed` for a page inside a frame of the provider: its session cookie works only there
   * @returns the connection, stored for the owner of this request
   * @throws OAuthError `token_not_accepted` when the provider does not know the token, `owner_missing`,
   *   `store_unavailable`, `provider_unavailable`, or `configuration_invalid` for a provider without such tokens
   * @example
   * ```ts
   * const { site_token } = await c.req.parseBody()
   * const connection = await oauth.connectWithToken(c, 'webflow', String(site_token))
   * ```
   */
  connectWithToken<Name extends keyof P & string>(
    c: Context,
    name: Name,
    token: string,
    options?: { readonly framed?: boolean },
  ): Promise<Connection<AccountOf<P[Name]>, DetailsOf<P[Name]>>>

  /**
   * The connections of the owner of this request, also those that need a new login.
   *
   * @param c - the context of the request
   * @returns the connections, one read of the store for each provider; `provider` tells the type of the account
   * @throws OAuthError `owner_missing` or `store_unavailable`
   * @example
   * ```ts
   * app.get('/account', async (c) => c.json(await oauth.list(c)))
   * ```
   */
  list(c: Context): Promise<ConnectionOf<P>[]>

  /**
   * The connection that {@link OAuth.require} would choose, for a page that works without one too.
   *
   * @param c - the context of the request
   * @param name - a provider of the configuration
   * @param options - `scopes` that must have been granted; `connection` to choose among several
   * @returns the connection; `undefined` where `require()` would answer 401 or 403
   * @throws OAuthError `store_unavailable` or `configuration_invalid`
   * @example
   * ```ts
   * app.get('/', async (c) => {
   *   const connection = await oauth.connection(c, 'webflow')
   *   return c.text(connection ? `Connected as ${connection.account.name}` : 'Not connected')
   * })
   * ```
   */
  connection<Name extends keyof P & string>(
    c: Context,
    name: Name,
    options?: ChoiceOptions<ScopeOf<P[Name]>>,
  ): Promise<Connection<AccountOf<P[Name]>, DetailsOf<P[Name]>> | undefined>

  /**
   * What the last login or disconnect of this browser came to, once: the next call finds nothing.
   *
   * A failed login leaves a notice where `onFailed` answers. A notice is kept for five minutes.
   *
   * @param c - the context of the request
   * @example
   * ```ts
   * app.get('/account', async (c) => {
   *   const notice = await oauth.notice(c)
   *   if (notice?.type === 'failed') return c.text(notice.title)
   *   return c.text(notice ? `${notice.type}: ${notice.account.name}` : 'Nothing has happened')
   * })
   * ```
   */
  notice(c: Context): Promise<Notice | undefined>

  /**
   * Ends the sessions of this browser: clears the cookies of its sessions and of its unfinished logins. The
   * connections stay, and then only a background job can reach them; to end a connection, disconnect it first.
   *
   * @param c - the context of a request that the app protects against forgery
   * @example
   * ```ts
   * app.post('/sign-out', csrf(), async (c) => {
   *   await oauth.signOut(c)
   *   return c.redirect('/', 303)
   * })
   * ```
   */
  signOut(c: Context): Promise<void>

  /**
   * The connections for work without a request: cron triggers, queue consumers and Durable Objects.
   *
   * @param env - the environment that the configuration takes
   * @param context - the execution context, whose `waitUntil` lets begun work end
   * @returns `get(id)`, and `list({ owner })` for a user of the app
   * @example
   * ```ts
   * async function scheduled(_controller: ScheduledController, env: Env, context: ExecutionContext) {
   *   for (const connection of await oauth.connections(env, context).list({ owner: 'ada' })) {
   *     if (connection.provider === 'webflow') await connection.fetch('/v2/sites')
   *   }
   * }
   * ```
   */
  connections(env: E, context?: BackgroundContext): BackgroundConnections

  /**
   * Seals all stored values with the newest key. After that the older keys can be removed.
   *
   * A Durable Object does so by itself at its next use or alarm, within 7 days.
   *
   * @param env - the environment that the configuration takes
   * @param options - `cursor`, from the last call; `limit`, how many stored values to look at: 250 by default,
   *   as many as one invocation of a Worker can do in Workers KV
   * @returns how many stored values were sealed again, had the newest key already, or do not open; `cursor` when
   *   there are more values
   * @throws OAuthError `store_unavailable`: call it again; `configuration_invalid` for a wrong `limit` or `cursor`
   * @example
   * ```ts
   * async function queue(batch: MessageBatch<string | undefined>, env: Env) {
   *   const { cursor } = await oauth.rotateKeys(env, { cursor: batch.messages[0]?.body })
   *   if (cursor) await env.ROTATIONS.send(cursor)
   * }
   * ```
   */
  rotateKeys(env: E, options?: RotationOptions): Promise<Rotation>

  /**
   * The engine that a Durable Object runs, over a store that nothing else writes to.
   *
   * @param env - the environment that the configuration takes
   * @param openStore - makes the store; it gets the clock, in milliseconds since the epoch
   * @throws OAuthError `configuration_invalid`
   */
  engine(env: E, openStore: (now: () => number) => Store): ConnectionEngine

  /**
   * The answer of this package to an error, without `onError`: a page for a person, problem+json for a program.
   *
   * @param c - the context of the request
   * @param error - the thrown error
   * @returns the answer
   * @example
   * ```ts
   * app.onError((error, c) => {
   *   if (isOAuthError(error)) return oauth.errorResponse(c, error)
   *   return c.text('Something went wrong', 500)
   * })
   * ```
   */
  errorResponse(c: Context, error: OAuthError): Promise<Response>
}

import type { Context, Handler, MiddlewareHandler } from 'hono'
import type { Connection } from '../connections/connection.ts'
import type { ConnectionEngine } from '../engine/engine.ts'
import type { OAuthError } from '../errors.ts'
import type { WebhookEvent } from '../providers/webhook-contract.ts'
import type { Store } from '../stores/contract.ts'
import { signOut } from './browser-session.ts'
import { checkConfig, type OAuthConfig, type Providers, type UnknownSettings } from './config.ts'
import { connectWithToken } from './connecting-owner.ts'
import {
  type BackgroundConnections,
  type BackgroundContext,
  backgroundConnections,
  type ConnectionEnv,
  listConnections,
  type RequireOptions,
  requireConnection,
} from './find-connections.ts'
import { checkMounted, checkName } from './misuse.ts'
import type { AccountOf, ConnectionOf, DetailsOf, EventsOf, ScopeOf } from './provider-types.ts'
import type { EventHandlers } from './receive-webhook.ts'
import { requireNavigation } from './request-guards.ts'
import { envResolver } from './resolve-env.ts'
import { loggedCalls, refuse } from './respond.ts'
import type { Rotation, RotationOptions } from './rotate-keys.ts'
import { answerCallback, createRoutes, type OAuthRoutes } from './routes.ts'
import { createRuntime, IsolateMemory, type Runtime } from './runtime.ts'
import { rememberRuntime } from './runtime-of.ts'
import type { LoginLink } from './login-link.ts'
import { heardBy } from './log.ts'
import { type LoginOptions, startLogin } from './start-login.ts'

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
   * @param options - `returnTo`, a path of this app; `scopes` to request; `context`, JSON data of
   *   about 1 KB at most that reaches `onConnected`; `params` of the provider's own
   * @returns the redirect to the provider; with the setting `owner`, a page that asks first where a link of another site
   *   has led here
   * @throws OAuthError `owner_missing`, `context_too_large`, `configuration_invalid`, `request_cross_site` for a POST of
   *   another site, or `request_not_navigation` for a prefetch, HEAD, or anything but a page of its own
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
   *   const connection = await oauth.connections(env, context).get('wix.b7c1.x2y3')
   *   await connection.fetch('/apps/v1/instance')
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
   * Handles webhooks of a provider, which arrive at `POST /auth/:provider/webhook`.
   *
   * A webhook is verified before its handler runs, and answered within a second while the handler goes on. Further
   * deliveries of it within 49 hours are not handled. A webhook that ends a grant, such as `AppRemoved` of Wix,
   * ends the connections of the grant without a handler.
   *
   * @param name - a provider of the configuration
   * @param handlers - one for each event, and `*` for all other events
   * @example
   * ```ts
   * oauth.webhook('wix', {
   *   AppRemoved: async (event) => console.log('removed from', event.data.instanceId),
   * })
   * ```
   */
  webhook<Name extends keyof P & string>(
    name: Name,
    handlers: {
      readonly [Type in keyof EventsOf<P[Name]> & string]?: (
        event: WebhookEvent<Type, EventsOf<P[Name]>[Type]>,
        c: Context,
      ) => unknown
    } & { readonly '*'?: (event: WebhookEvent, c: Context) => unknown },
  ): void

  /**
   * Answers with an error of this package: a page for a person, problem+json for a program.
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

/**
 * Lets the users of a Hono app connect accounts they have elsewhere.
 *
 * @param configure - returns the configuration for an `env`; it runs once for each set of bindings that it reads
 * @returns the routes to mount, the middleware, and what handlers call
 * @throws OAuthError `configuration_invalid` on first use, naming the setting and never its value
 * @example
 * ```ts
 * const oauth = createOAuth((env: Env) => ({
 *   origin: env.PUBLIC_ORIGIN,
 *   keys: env.OAUTH_KEYS,
 *   providers: { webflow: webflow({ clientId: env.WEBFLOW_CLIENT_ID, clientSecret: env.WEBFLOW_CLIENT_SECRET, scopes: ['sites:read'] }) },
 *   store: kvStore(env.TOKENS),
 * }))
 * app.route('/auth', oauth.routes)
 * ```
 */
export function createOAuth<E, P extends Providers, C extends OAuthConfig<P>>(
  configure: (env: E) => OAuthConfig<P> & C & UnknownSettings<C>,
): OAuth<P, E> {
  const memory = new IsolateMemory()
  const resolveEnv = envResolver((env: E) => {
    const config = configure(env)
    try {
      return createRuntime(checkConfig(config), memory)
    } catch (error) {
      throw heardBy(config.logger, error)
    }
  })
  const resolve = (c: Context) => resolveEnv(c.env as E)
  const handlers = new Map<string, EventHandlers>()
  const resolveSafely = (c: Context) => {
    try {
      return resolve(c)
    } catch {
      // The error to show may be an error of the configuration.
      return undefined
    }
  }
  const call = loggedCalls(resolve)
  const routes = createRoutes(resolve, handlers)
  const oauth: OAuth<P, E> = {
    get routes() {
      memory.isMounted = true
      return routes
    },
    webhook: (name, own) => {
      handlers.set(name, { ...handlers.get(name), ...(own as EventHandlers) })
    },
    require: (name, options = {}) => requireConnection(resolve, name, options),
    login: (c, name, options = {}) => {
      const start = async (runtime: Runtime) => {
        requireNavigation(c)
        checkName(runtime, 'login', name)
        checkMounted(runtime, name, true)
        return startLogin({ c, runtime, name }, options)
      }
      return call(c, start, name, true)
    },
    loginUrl: (c, name, options = {}) => {
      const link = async (runtime: Runtime) => {
        checkName(runtime, 'loginUrl', name)
        checkMounted(runtime, name)
        return runtime.loginUrl(name, options)
      }
      return call(c, link, name)
    },
    callback: (name) => {
      memory.isMounted = true
      const resolveKnown = (c: Context) => checkName(resolve(c), 'callback', name)
      return (c) => answerCallback(c, resolveKnown, name)
    },
    connectWithToken: (c, name, token, { framed = false } = {}) => {
      const connect = async (runtime: Runtime) =>
        connectWithToken({ c, runtime: checkName(runtime, 'connectWithToken', name), name }, token, framed)
      return call(c, connect, name, true) as Promise<Connection<never, never>>
    },
    errorResponse: (c, error) => refuse(c, error, resolveSafely(c)),
    list: (c) => call(c, async (runtime) => (await listConnections(c, runtime)) as ConnectionOf<P>[]),
    signOut: (c) => call(c, async (runtime) => signOut(c, runtime)),
    connections: (env, context) => backgroundConnections(resolveEnv(env), context),
    rotateKeys: (env, options = {}) => resolveEnv(env).rotateKeys(options),
    engine: (env, openStore) => resolveEnv(env).engineOver(openStore),
  }
  rememberRuntime(oauth, resolveEnv)
  return oauth
}

import type { Context } from 'hono'
import type { Connection } from '../connections/connection.ts'
import { signOut } from './browser-session.ts'
import { checkConfig, type OAuthConfig, type UnknownSettings } from './config.ts'
import { connectWithToken } from './connecting-owner.ts'
import { backgroundConnections, listConnections, optionalConnection, requireConnection } from './find-connections.ts'
import { heardBy } from './log.ts'
import { loginFromHandler } from './login-elsewhere.ts'
import { checkMounted, checkName } from './misuse.ts'
import { takeNotice } from './notice.ts'
import type { OAuth } from './oauth.ts'
import type { ConnectionOf, Providers } from './provider-types.ts'
import { envResolver } from './resolve-env.ts'
import { answerError, loggedCalls } from './respond.ts'
import { answerCallback, createRoutes } from './routes.ts'
import { createRuntime, IsolateMemory, type Runtime } from './runtime.ts'
import { rememberRuntime } from './runtime-of.ts'

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
  const resolveSafely = (c: Context) => {
    try {
      return resolve(c)
    } catch {
      // The error to show may be an error of the configuration.
      return undefined
    }
  }
  const call = loggedCalls(resolve)
  const routes = createRoutes(resolve)
  const oauth: OAuth<P, E> = {
    get routes() {
      memory.isMounted = true
      return routes
    },
    require: (name, options = {}) => requireConnection(resolve, name, options),
    login: (c, name, options = {}) => {
      const start = async (runtime: Runtime) => {
        checkName(runtime, 'login', name)
        checkMounted(runtime, name, true)
        return loginFromHandler({ c, runtime, name }, options)
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
    errorResponse: (c, error) => answerError(c, error, resolveSafely(c)),
    list: (c) => call(c, async (runtime) => (await listConnections(c, runtime)) as ConnectionOf<P>[]),
    connection: (c, name, options = {}) => {
      const find = async (runtime: Runtime) =>
        optionalConnection({ c, runtime: checkName(runtime, 'connection', name), name }, options)
      return call(c, find, name) as Promise<Connection<never, never> | undefined>
    },
    notice: (c) => call(c, (runtime) => takeNotice(c, runtime)),
    signOut: (c) => call(c, async (runtime) => signOut(c, runtime)),
    connections: (env, context) => backgroundConnections(resolveEnv(env), context),
    rotateKeys: (env, options = {}) => resolveEnv(env).rotateKeys(options),
    engine: (env, openStore) => resolveEnv(env).engineOver(openStore),
  }
  rememberRuntime(oauth, resolveEnv)
  return oauth
}

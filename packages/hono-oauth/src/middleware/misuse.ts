import type { Context } from 'hono'
import { configurationError, isOAuthError } from '../errors.ts'
import { isLoopback } from '../protocol/back-channel.ts'
import { heardBy } from './log.ts'
import type { Runtime, Visit } from './runtime.ts'

/**
 * Finds an `origin` that is not where the login begins. A proxy may change the host, so only a difference between
 * two names of this machine is an error; any other difference is a warning.
 *
 * @throws OAuthError `configuration_invalid`
 */
export function checkHost({ c, runtime: { config, isLocal, warn } }: Visit): void {
  const { origin } = config
  const here = new URL(c.req.url)
  const { host } = new URL(origin)
  const { referer, 'x-forwarded-host': forwarded } = c.req.header()
  // `app.request('/path')` of a test has the origin `http://localhost`.
  const isOther = here.host !== host && forwarded !== host && here.origin !== 'http://localhost'
  if (!isOther || referer?.startsWith(`${origin}/`)) return
  const problem = `is ${origin}, and a login began at ${here.origin}. Open ${origin}, or change origin`
  if (isLocal && isLoopback(here)) throw configurationError('origin', problem)
  warn('origin', `${problem}. Behind a proxy this may be right`)
}

/**
 * Finds routes that the app did not mount.
 *
 * @param isNeeded - whether the request cannot go on without them, which is an error on localhost
 * @throws OAuthError `configuration_invalid`
 */
export function checkMounted({ config, isLocal, isMounted, warn }: Runtime, name: string, isNeeded = false): void {
  if (isMounted() || config.providers[name]?.redirectUri !== undefined) return
  const problem = `is not mounted. ${mountLine(config)}`
  if (isLocal && isNeeded) throw configurationError('oauth.routes', problem)
  warn('oauth.routes', problem)
}

/** The line that mounts the routes. */
export function mountLine({ basePath }: Runtime['config']): string {
  return `Write app.route('${basePath}', oauth.routes)`
}

/**
 * Checks a provider's name that the app's own code chose.
 *
 * @param call - the function that got the name
 * @returns the same runtime
 * @throws OAuthError `configuration_invalid`, with the known names
 */
export function checkName(runtime: Runtime, call: string, name: string): Runtime {
  const { providers, logger } = runtime.config
  if (Object.hasOwn(providers, name)) return runtime
  const known = Object.keys(providers).join(', ')
  const problem = `names no provider. The providers are: ${known}`
  throw heardBy(logger, configurationError(`${call}(${JSON.stringify(name)})`, problem))
}

/** The error to answer with: a refusal of `require()` at the login that would lift it is a mistake of the app. */
export function explainRequire(c: Context, runtime: Runtime | undefined, name: string, error: unknown): unknown {
  if (!runtime || !isOAuthError(error) || error.status >= 500) return error
  const { path } = c.req
  const route = `${runtime.config.basePath}/${name}/`
  if (path !== `${route}login` && path !== `${route}callback`) return error
  return configurationError(`require('${name}')`, `stands in front of ${path}. ${mountLine(runtime.config)} above it`)
}

/** Warns of a return address that is a URL elsewhere: the login ignores it. */
export function checkReturnTo({ config, warn }: Runtime, value: string | null | undefined): void {
  if (!value || !/^([a-z][\w+.-]*:|[/\\]{2})/i.test(value)) return
  const { defaultReturnTo: end } = config
  warn('return_to', `is a URL, not a path such as /sites: the login ends at ${end}. allowedOrigins may name its origin`)
}

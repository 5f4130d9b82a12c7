import type { MiddlewareHandler } from 'hono'
import { configurationError, OAuthError } from '../errors.ts'
import {
  INSTANCE_MAX_AGE_SECONDS,
  instanceVerifier,
  type WixInstance,
} from '../providers/wix/signed-instance.ts'
import { allowEmbedding, allowFraming } from './embedding.ts'
import { refuse } from './respond.ts'

export type { WixInstance }

/** The settings of `wixInstance()`. */
export interface WixInstanceOptions {
  /** The app's id. */
  readonly appId: string
  /** The app's secret key. */
  readonly appSecret: string
  /** How long ago the instance may have been signed, in seconds; 1200 by default. */
  readonly maxAgeSeconds?: number | undefined
  /** The clock, in milliseconds since the epoch; `Date.now` by default. */
  readonly now?: (() => number) | undefined
}

/** The variables behind `wixInstance()`. */
export interface WixInstanceEnv {
  Variables: { wixInstance: WixInstance }
}

/**
 * Lets a request through only with the `instance` that Wix signs for pages in its dashboard, and puts
 * it in `c.var.wixInstance`. Anonymous visitors are refused. No cookie is needed.
 *
 * @param configure - the settings as a function of `env`
 * @returns middleware for the page that Wix shows in a frame
 * @throws OAuthError `configuration_invalid` on first use, naming the setting that is missing
 * @see {@link https://dev.wix.com/docs/build-apps/develop-your-app/access/about-app-instances | Wix - App instances}
 * @example
 * ```ts
 * app.get('/dashboard', wixInstance((env: Env) => ({ appId: env.WIX_APP_ID, appSecret: env.WIX_APP_SECRET })), (c) =>
 *   c.text(`Hello, ${c.var.wixInstance.instanceId}`),
 * )
 * ```
 */
export function wixInstance<E>(
  configure: (env: E) => WixInstanceOptions,
): MiddlewareHandler<WixInstanceEnv> {
  const verifiers = new WeakMap<object, ReturnType<typeof createVerifier>>()
  return async function wixInstance(c, next) {
    const env = Object(c.env)
    const verify = verifiers.get(env) ?? createVerifier(configure(c.env as E))
    verifiers.set(env, verify)
    const instance = await verify(c.req.queries('instance') ?? [])
    // The one page of this app that is meant to stand in a frame of Wix's.
    if (!instance) {
      allowEmbedding(c)
      return refuse(c, new OAuthError('instance_unverified'), undefined)
    }
    allowFraming(c)
    c.set('wixInstance', instance)
    await next()
    return undefined
  }
}

function createVerifier(options: WixInstanceOptions) {
  const { appId, appSecret, maxAgeSeconds = INSTANCE_MAX_AGE_SECONDS, now = Date.now } = options
  if (!appId) throw configurationError('wixInstance appId', 'is missing')
  if (!appSecret) throw configurationError('wixInstance appSecret', 'is missing')
  const verify = instanceVerifier(appId, appSecret)
  return async ([text, ...more]: string[]) =>
    text && more.length === 0 ? verify(text, { maxAgeSeconds, now: now() / 1000 }) : undefined
}

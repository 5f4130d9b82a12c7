import type { MiddlewareHandler } from 'hono'
import { missingCredential, OAuthError } from '../errors.ts'
import { INSTANCE_MAX_AGE_SECONDS, instanceVerifier, type WixInstance } from '../providers/wix/signed-instance.ts'
import { allowEmbedding, allowFraming } from './embedding.ts'
import { keepPrivate } from './private-answer.ts'
import { envResolver } from './resolve-env.ts'
import { refuse } from './respond.ts'

export type { WixInstance }

/** The settings of `wixInstance()`. */
export interface WixInstanceOptions {
  /** The app's id. */
  readonly appId: string
  /** The app's secret key. */
  readonly appSecret: string
  /** The highest age of the signature, in seconds; 1200 by default. */
  readonly maxAgeSeconds?: number | undefined
  /** The clock, in milliseconds since the epoch; `Date.now` by default. */
  readonly now?: (() => number) | undefined
}

/** The variables that `wixInstance()` sets. */
export interface WixInstanceEnv {
  Variables: { wixInstance: WixInstance }
}

/**
 * Lets a request through only with the `instance` that Wix signs for pages in its dashboard, and sets
 * `c.var.wixInstance` to it. It refuses visitors and members of the site, and needs no cookie.
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
export function wixInstance<E>(configure: (env: E) => WixInstanceOptions): MiddlewareHandler<WixInstanceEnv> {
  const verifierOf = envResolver((env: E) => createVerifier(configure(env)))
  return async function wixInstance(c, next) {
    const verify = verifierOf(c.env as E)
    const instance = await verify(c.req.queries('instance') ?? [])
    // Wix shows the page in a frame, so the error page must work in that frame too.
    if (!instance) {
      allowEmbedding(c)
      return refuse(c, new OAuthError('instance_unverified'), undefined)
    }
    allowFraming(c)
    keepPrivate(c)
    c.set('wixInstance', instance)
    await next()
    return undefined
  }
}

function createVerifier(options: WixInstanceOptions) {
  const { appId, appSecret, maxAgeSeconds = INSTANCE_MAX_AGE_SECONDS, now = Date.now } = options
  if (!appId) throw missingCredential('wixInstance appId')
  if (!appSecret) throw missingCredential('wixInstance appSecret')
  const verify = instanceVerifier(appId, appSecret)
  return async ([text, ...more]: string[]) =>
    text && more.length === 0 ? verify(text, { maxAgeSeconds, now: now() / 1000 }) : undefined
}

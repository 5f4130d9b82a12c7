import type { MiddlewareHandler } from 'hono'
import { isOAuthError } from 'hono-oauth'

/** Logs what went wrong on our side or the provider's; what a visitor got wrong is no news. */
export const logErrors: MiddlewareHandler = async (c, next) => {
  await next()
  const { error } = c
  if (error && !(isOAuthError(error) && error.status < 500)) console.error(error)
}

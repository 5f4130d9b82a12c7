import { dpop } from 'hono-oauth/dpop'
import type { OidcOptions } from 'hono-oauth/providers/oidc'
import { afterEach, beforeEach, vi } from 'vitest'
import { app, open } from './app-of-test.ts'
import { watchKeys } from './proofs.ts'
import type { ServerOptions } from './server.ts'

export const BOUND = { client: { dpop_bound_access_tokens: true } } satisfies ServerOptions
export const PUBLIC = { client: { ...BOUND.client, token_endpoint_auth_method: 'none' } } satisfies ServerOptions
const REQUESTS = /^\/(token|me|token\/revocation)$/

/** The private parts of the keys that the running test has made. */
export let keys: string[]
beforeEach(() => {
  keys = watchKeys()
})
afterEach(() => void vi.restoreAllMocks())

/** Opens the app of the test with DPoP. */
export const openBound = (server: ServerOptions = BOUND, settings: Partial<OidcOptions> = {}) =>
  open(server, { dpop: dpop(), ...settings })

/** What was sent with proofs. */
export const sent = () => app.wire.sent.filter(({ url }) => REQUESTS.test(url.pathname))

/** The paths and statuses of what was sent, in order. */
export function watchStatuses(): string[] {
  const seen: string[] = []
  app.wire.intercept(({ url }, forward) =>
    REQUESTS.test(url.pathname)
      ? forward().then((answer) => {
          seen.push(`${url.pathname} ${answer.status}`)
          return answer
        })
      : undefined,
  )
  return seen
}

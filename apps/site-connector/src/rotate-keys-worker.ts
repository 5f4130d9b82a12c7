import { isOAuthError } from 'hono-oauth'
import type { Env } from './env.ts'
import { oauth } from './oauth.ts'

// The `CONNECTIONS` binding in wrangler.jsonc needs this export.
export { OAuthConnections } from './oauth.ts'

/** The Worker of `pnpm --filter site-connector run rotate-keys`. It is never deployed. */
export default {
  async fetch(request, env) {
    const cursor = new URL(request.url).searchParams.get('cursor') ?? undefined
    try {
      return Response.json(await oauth.rotateKeys(env, { cursor }))
    } catch (error) {
      if (isOAuthError(error)) return error.getResponse()
      throw error
    }
  },
} satisfies ExportedHandler<Env>

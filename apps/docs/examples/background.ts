import type { ExecutionContext, ScheduledController } from '@cloudflare/workers-types'
import { isOAuthError } from 'hono-oauth'
import app, { oauth } from './app-users'

/** The users whose repositories are read each night: in your app a query. */
const USERS = ['ada']

export default {
  fetch: app.fetch,
  async scheduled(
    _controller: ScheduledController,
    env: Env,
    context: ExecutionContext,
  ): Promise<void> {
    const connections = oauth.connections(env, context)
    for (const owner of USERS) {
      for (const connection of await connections.list({ owner })) {
        try {
          const answer = await connection.fetch('/user/repos')
          const repositories = (await answer.json()) as unknown[]
          console.log(owner, repositories.length)
        } catch (error) {
          // The person has to log in again: go on with the next one.
          if (isOAuthError(error) && error.code === 'needs_reauth') continue
          throw error
        }
      }
    }
  },
}

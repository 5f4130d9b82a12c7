import { isOAuthError } from 'hono-oauth'
import type { Env } from './env.ts'
import { oauth } from './oauth.ts'
import { PLATFORMS, type ProviderName } from './platforms.ts'
import { unwatch, watched } from './watched.ts'

// Each asks its platform, and one run of a Worker may send only so many requests.
const MAX_CHECKED = 20

/** Uses some connections once, so that one that broke is known before its visitor comes back. */
export async function checkConnections(env: Env, context: ExecutionContext): Promise<void> {
  const ids = await watched(env, MAX_CHECKED)
  const checks = await Promise.all(ids.map((id) => checkConnection(env, context, id)))
  console.log(`${checks.filter(Boolean).length} of ${ids.length} connections work`)
}

async function checkConnection(env: Env, context: ExecutionContext, id: string): Promise<boolean> {
  try {
    const connection = await oauth.connections(env, context).get(id)
    await PLATFORMS[connection.provider as ProviderName].getAccount(connection)
    return true
  } catch (error) {
    if (isOAuthError(error) && error.code === 'connection_unknown') await unwatch(env, id)
    else console.warn(`${id} does not work at the moment`, error)
    return false
  }
}

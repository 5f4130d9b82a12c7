import { isOAuthError } from 'hono-oauth'
import { nextConnectionIds, removeConnectionId } from './connection-ids.ts'
import type { Env } from './env.ts'
import { oauth } from './oauth.ts'
import { PLATFORMS, type ProviderName } from './platforms.ts'

// A check sends at least one request, and Workers limit the subrequests of one run.
const MAX_CHECKED = 20

/** Uses up to 20 connections once, to find broken ones before their visitors return. */
export async function checkConnections(env: Env, context: ExecutionContext): Promise<void> {
  const ids = await nextConnectionIds(env, MAX_CHECKED)
  const checks = await Promise.all(ids.map((id) => checkConnection(env, context, id)))
  console.log(`${checks.filter(Boolean).length} of ${ids.length} connections work`)
}

async function checkConnection(env: Env, context: ExecutionContext, id: string): Promise<boolean> {
  try {
    const connection = await oauth.connections(env, context).get(id)
    await PLATFORMS[connection.provider as ProviderName].getAccount(connection)
    return true
  } catch (error) {
    if (isOAuthError(error) && error.code === 'connection_unknown') {
      await removeConnectionId(env, id)
    } else {
      console.warn(`The connection ${id} does not work at the moment`, error)
    }
    return false
  }
}

import { connectionsObject, type ObjectNamespaceLike } from 'hono-oauth/durable-object'
import { durableObjectStore } from 'hono-oauth/stores/durable-object'
import type { Env } from './env.ts'
import { appWith, oauthOver } from './hono-oauth-app.ts'

interface ObjectEnv extends Env {
  readonly CONNECTIONS: ObjectNamespaceLike
}

const oauth = oauthOver((env: ObjectEnv) => durableObjectStore(env.CONNECTIONS))

export class OAuthConnections extends connectionsObject(oauth) {}

export default appWith(oauth)

import { connectionsObject } from 'hono-oauth/durable-object'
import { durableObjectStore } from 'hono-oauth/stores/durable-object'
import { createApp } from './app.ts'

const { oauth, app } = createApp({
  openStore: (env: { readonly CONNECTIONS: never }) => durableObjectStore(env.CONNECTIONS),
})
export class OAuthConnections extends connectionsObject(oauth) {}
export default app

import type { AnalyticsEngineDataset, SendEmail } from '@cloudflare/workers-types'
import { type ConnectionEvent, createOAuth } from 'hono-oauth'
import { github } from 'hono-oauth/providers/github'
import { kvStore } from 'hono-oauth/stores/kv'
import { userOf } from './users.ts'

interface ObservedEnv extends Env {
  readonly EVENTS: AnalyticsEngineDataset
  readonly EMAIL: SendEmail
}

export const oauth = createOAuth((env: ObservedEnv) => ({
  origin: env.PUBLIC_ORIGIN,
  keys: env.OAUTH_KEYS,
  providers: {
    github: github({
      clientId: env.GITHUB_CLIENT_ID,
      clientSecret: env.GITHUB_CLIENT_SECRET,
      scopes: ['repo'],
    }),
  },
  store: kvStore(env.TOKENS),
  owner: (c) => userOf(c.req.header('authorization')),
  onEvent: (event) => {
    count(env, event)
    return event.type === 'needs_reauth'
      ? remind(env, event.owner, event.connection.reauthorizeUrl)
      : undefined
  },
}))

/** One data point for each event: what happened, at which provider, and why. */
function count(env: ObservedEnv, event: ConnectionEvent): void {
  const provider = 'connection' in event ? event.connection.provider : event.provider
  const code = 'code' in event ? event.code : ''
  env.EVENTS.writeDataPoint({
    indexes: [provider],
    blobs: [event.type, provider, code],
  })
}

/** Asks the user by e-mail to log in again. */
async function remind(env: ObservedEnv, user = '', url = ''): Promise<void> {
  const query = env.DATABASE.prepare('SELECT email FROM users WHERE id = ?')
  const to = await query.bind(user).first<string>('email')
  if (!to) return
  await env.EMAIL.send({
    from: 'notifications@app.example',
    to,
    subject: 'Please connect GitHub again',
    text: `GitHub has ended the connection. Connect it again: ${url}`,
  })
}

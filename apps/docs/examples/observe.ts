import { createOAuth } from 'hono-oauth'
import { github } from 'hono-oauth/providers/github'
import { kvStore } from 'hono-oauth/stores/kv'

export const oauth = createOAuth((env: Env) => ({
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
  // One JSON object a line: Workers Logs makes each member a field to filter by.
  logger: (entry) =>
    console[entry.level](JSON.stringify({ source: 'hono-oauth', ...entry })),
  onEvent: (event) => {
    console.log(JSON.stringify({ source: 'hono-oauth', ...event }))
    return event.type === 'needs_reauth'
      ? remind(event.owner, event.connection.reauthorizeUrl)
      : undefined
  },
}))

/** Tells the user that a login is due: in your app an e-mail. */
async function remind(
  owner: string | undefined,
  url: string | undefined,
): Promise<void> {
  console.log(`${owner ?? 'A visitor'} has to log in again: ${url}`)
}

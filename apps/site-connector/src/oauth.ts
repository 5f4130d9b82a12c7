import type { Context } from 'hono'
import { type ConnectedEvent, createOAuth } from 'hono-oauth'
import { connectionsObject } from 'hono-oauth/durable-object'
import { webflow } from 'hono-oauth/providers/webflow'
import { finishConfiguration, wix, wixLegacy } from 'hono-oauth/providers/wix'
import { durableObjectStore } from 'hono-oauth/stores/durable-object'
import { kvStore } from 'hono-oauth/stores/kv'
import type { Env } from './env.ts'
import { oauthExample } from './oauth-example.ts'
import { watch } from './watched.ts'

export const oauth = createOAuth((env: Env) => {
  const wixApp = {
    appId: env.WIX_APP_ID,
    appSecret: env.WIX_APP_SECRET,
    publicKey: env.WIX_PUBLIC_KEY,
  }
  return {
    origin: env.PUBLIC_ORIGIN,
    keys: env.OAUTH_KEYS,
    providers: {
      webflow: webflow({
        clientId: env.WEBFLOW_CLIENT_ID,
        clientSecret: env.WEBFLOW_CLIENT_SECRET,
        scopes: ['authorized_user:read', 'sites:read'],
      }),
      wix: wix(wixApp),
      'wix-legacy': wixLegacy({ ...wixApp, closeWindow: true }),
      example: oauthExample(env),
    },
    store: durableObjectStore(env.CONNECTIONS),
    // A token of Webflow has no end and is never renewed, so there is nothing that could be done twice.
    stores: { webflow: kvStore(env.TOKENS) },
    onConnected: finishWixSetup,
    onEvent: (event) => watch(env, event),
    emulator: env.PROVIDER_EMULATOR,
  }
})

/** The Durable Objects that keep connections, one for each visitor. */
export class OAuthConnections extends connectionsObject(oauth) {}

// The connections have ended by the time a handler runs, those of both ways in: they are one app.
oauth.webhook('wix', {
  AppRemoved: (event) => console.log(`Wix: the app was removed, instance ${event.data.instanceId}`),
})

/** Until an app says that it is set up, Wix's dashboard shows "Setup Incomplete". */
async function finishWixSetup(_c: Context, { connection }: ConnectedEvent): Promise<void> {
  if (!connection.provider.startsWith('wix')) return
  try {
    await finishConfiguration(connection)
  } catch (error) {
    // The site is connected all the same: this is a label in a dashboard.
    console.error(error)
  }
}

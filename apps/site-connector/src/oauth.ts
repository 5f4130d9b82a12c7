import type { Context } from 'hono'
import { type ConnectedEvent, createOAuth } from 'hono-oauth'
import { connectionsObject } from 'hono-oauth/durable-object'
import { webflow } from 'hono-oauth/providers/webflow'
import { finishConfiguration, wix, wixLegacy } from 'hono-oauth/providers/wix'
import { durableObjectStore } from 'hono-oauth/stores/durable-object'
import { kvStore } from 'hono-oauth/stores/kv'
import { recordConnectionEvent } from './connection-ids.ts'
import type { Env } from './env.ts'
import { oauthExample } from './example-provider.ts'

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
      // Only the emulator serves this provider, so a deployed app does not have it.
      ...(env.EXAMPLE_CLIENT_ID && { example: oauthExample(env) }),
    },
    store: durableObjectStore(env.CONNECTIONS),
    // A Webflow token does not expire and is never refreshed, so KV without compare-and-swap is enough.
    stores: { webflow: kvStore(env.TOKENS) },
    onConnected: finishWixSetup,
    webhooks: {
      // The connections of `wix` and `wix-legacy` end before this handler runs: both are one app.
      wix: { AppRemoved: (event) => console.log(`Wix: the app was removed, instance ${event.data.instanceId}`) },
    },
    onEvent: (event) => recordConnectionEvent(env, event),
    emulator: env.PROVIDER_EMULATOR,
  }
})

/** The Durable Objects that store connections, one for each visitor. */
export class OAuthConnections extends connectionsObject(oauth) {}

/** Tells Wix that the setup is done. Until then, its dashboard shows "Setup Incomplete". */
async function finishWixSetup(_c: Context, { connection }: ConnectedEvent): Promise<void> {
  if (!connection.provider.startsWith('wix')) return
  try {
    await finishConfiguration(connection)
  } catch (error) {
    // The connection works without it: only the label in the dashboard stays.
    console.error(error)
  }
}

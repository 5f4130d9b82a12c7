import type { Context } from 'hono'
import { type ConnectedEvent, createOAuth } from 'hono-oauth'
import { connectionsObject } from 'hono-oauth/durable-object'
import { github } from 'hono-oauth/providers/github'
import { google } from 'hono-oauth/providers/google'
import { webflow } from 'hono-oauth/providers/webflow'
import { finishConfiguration, wix, wixLegacy } from 'hono-oauth/providers/wix'
import { durableObjectStore } from 'hono-oauth/stores/durable-object'
import { kvStore } from 'hono-oauth/stores/kv'
import { recordActivity } from './activity.ts'
import { recordConnectionEvent } from './connection-ids.ts'
import type { Env } from './env.ts'
import { oauthExample } from './example-provider.ts'
import { showError, wantsPage } from './page/error-page.tsx'
import { APP_NAME } from './page/layout.tsx'

export const oauth = createOAuth((env: Env) => {
  const wixApp = {
    appId: env.WIX_APP_ID,
    appSecret: env.WIX_APP_SECRET,
    publicKey: env.WIX_PUBLIC_KEY,
  }
  return {
    origin: env.PUBLIC_ORIGIN,
    keys: env.OAUTH_KEYS,
    appName: APP_NAME,
    providers: {
      webflow: webflow({
        clientId: env.WEBFLOW_CLIENT_ID,
        clientSecret: env.WEBFLOW_CLIENT_SECRET,
        scopes: ['authorized_user:read', 'sites:read'],
      }),
      wix: wix(wixApp),
      'wix-legacy': wixLegacy({ ...wixApp, closeWindow: true }),
      // The platforms whose secrets are there.
      ...(env.GITHUB_CLIENT_ID && {
        github: github({
          clientId: env.GITHUB_CLIENT_ID,
          clientSecret: env.GITHUB_CLIENT_SECRET,
          scopes: ['read:user'],
        }),
      }),
      ...(env.GOOGLE_CLIENT_ID && {
        google: google({
          clientId: env.GOOGLE_CLIENT_ID,
          clientSecret: env.GOOGLE_CLIENT_SECRET,
        }),
      }),
      ...(env.EXAMPLE_CLIENT_ID && { example: oauthExample(env) }),
    },
    store: durableObjectStore(env.CONNECTIONS),
    // A Webflow token does not expire and is never refreshed, so KV without compare-and-swap is enough.
    stores: { webflow: kvStore(env.TOKENS) },
    onConnected: finishWixSetup,
    // The page says what happened (`page/happening.ts`), and another try returns to where this one would have.
    onFailed: (c, { returnTo }) =>
      wantsPage(c)
        ? c.redirect(returnTo === '/' ? '/' : `/?${new URLSearchParams({ return_to: returnTo })}`, 303)
        : undefined,
    onError: showError,
    webhooks: {
      // The connections of `wix` and `wix-legacy` end before this handler runs: both are one app.
      wix: {
        AppRemoved: ({ type, data }) =>
          env.WEBHOOKS.send({ provider: 'wix', event: type, instanceId: data.instanceId }),
      },
    },
    onEvent: async (event) => {
      await Promise.all([recordConnectionEvent(env, event), recordActivity(env, event)])
    },
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

// What the examples leave to the app around them, as globals.d.ts declares it: real values.
import { Hono } from 'hono'
import { csrf } from 'hono/csrf'
import { createOAuth, OAuthError } from 'hono-oauth'
import { BackChannel, type RegisteredClient, secretInBody } from 'hono-oauth/provider-kit'
import { github } from 'hono-oauth/providers/github'
import { mcp } from 'hono-oauth/providers/mcp'
import { wix } from 'hono-oauth/providers/wix'
import { memoryStore } from 'hono-oauth/stores/memory'
import { Miniflare, type MiniflareOptions } from 'miniflare'
import { DEFAULT_WEBFLOW_CLIENT, DEFAULT_WIX_APP, type Emulator, type OwnPersonality } from 'provider-emulator'
import { expect, it } from 'vitest'
import { WebflowClient } from 'webflow-api'
import { ORIGIN } from '../open-browser.ts'
import { settingsOf } from './settings.ts'

/** The server that the examples of generic providers name. */
export const EXAMPLE: OwnPersonality = {
  name: 'example',
  title: 'Example',
  hosts: ['login.example.com', 'api.example.com'],
  accounts: [{ id: '1', name: 'Ada', email: 'ada@example.com', tenant: '' }],
  authorization: { at: 'login.example.com/authorize', pkce: 'optional' },
  token: {
    at: 'login.example.com/token',
    formats: ['form'],
    client: ['post'],
    lifetime: 3600,
    refresh: { kind: 'rotating' },
  },
  openid: {
    issuer: 'https://login.example.com',
    discovery: 'login.example.com/.well-known/openid-configuration',
    jwks: 'login.example.com/keys',
    claims: ({ granted }) => ({ sub: granted.account.id }),
  },
  api: { dead: { status: 401, body: {} }, routes: [] },
}

/** The client of an app at that server. */
const CLIENT: RegisteredClient = {
  server: {
    issuer: 'https://login.example.com',
    authorization_endpoint: 'https://login.example.com/authorize',
    token_endpoint: 'https://login.example.com/token',
  },
  clientId: 'example-client-id',
  authentication: secretInBody('example-client-secret'),
}

/** A route of the app that throws. */
export const FAILING = '/fails'

/** The environment of any app: bindings, and for each client the one that the emulator has. */
export async function makeEnv(bindings: object): Promise<Env> {
  const { privateKey } = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign'])
  const der = Buffer.from(await crypto.subtle.exportKey('pkcs8', privateKey)).toString('base64')
  const pem = `-----BEGIN PRIVATE KEY-----\n${der}\n-----END PRIVATE KEY-----`
  const named: Record<string, unknown> = {
    PUBLIC_ORIGIN: ORIGIN,
    OAUTH_KEYS: Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64'),
    WEBFLOW_CLIENT_ID: DEFAULT_WEBFLOW_CLIENT.id,
    WEBFLOW_CLIENT_SECRET: DEFAULT_WEBFLOW_CLIENT.secret,
    WIX_APP_ID: DEFAULT_WIX_APP.appId,
    WIX_APP_SECRET: DEFAULT_WIX_APP.secret,
    APPLE_PRIVATE_KEY: pem,
    EXAMPLE_PRIVATE_KEY: pem,
    ...bindings,
  }
  // As the emulator names its clients: `github-client-id`.
  return new Proxy(named, { get: (known, name: string) => known[name] ?? name.toLowerCase().replaceAll('_', '-') })
}

/** What the Vitest integration of Workers does with these options: it gives them to Miniflare. */
const cloudflareTest = ({ miniflare }: { miniflare: MiniflareOptions }) =>
  new Miniflare({
    modules: true,
    script: 'export default { fetch: () => fetch("https://api.webflow.com/v2/sites") }',
    ...miniflare,
  })

// What an example with tests of its own finds when it is imported.
Object.assign(globalThis, { it, expect, myStore: memoryStore })

/**
 * Sets the globals for one example.
 *
 * @returns the app that the example adds its routes to, a whole app for those that only use one, its `oauth`, and
 *   settings
 */
export function surround(env: Env, emulator: Emulator) {
  const { providers: webflow, ...settings } = settingsOf(env)
  const { WIX_APP_ID: appId, WIX_APP_SECRET: appSecret } = env
  const { GITHUB_CLIENT_ID: clientId, GITHUB_CLIENT_SECRET: clientSecret } = env
  const providers = {
    ...webflow,
    mcp: mcp(),
    wix: wix({ appId, appSecret }),
    github: github({ clientId, clientSecret, redirectUri: '/api/oauth/callback/github' }),
  }
  const store = memoryStore()
  const config = { ...settings, providers, store }
  const oauth = createOAuth((_: Env) => ({ ...config, owner: () => 'ada' }))
  const whole = new Hono<{ Bindings: Env }>()
  whole.route('/auth', oauth.routes)
  whole.get('/sites', oauth.require('webflow'), (c) => c.var.connection.fetch('/v2/sites'))

  const error = new OAuthError('needs_reauth', { provider: 'github' })
  const app = new Hono<{ Bindings: Env }>()
  app.get(FAILING, () => {
    throw error
  })
  const client = { appId, appSecret, clientId, clientSecret, publicKey: '', parameters: new URLSearchParams() }
  const wire = { client: CLIENT, backChannel: new BackChannel({ timeoutMs: 10_000 }), response: Response.json({}) }
  const parts = { csrf, cloudflareTest, Miniflare, WebflowClient }
  Object.assign(globalThis, {
    app,
    env,
    oauth,
    settings: settingsOf(env),
    emulator,
    error,
    ...client,
    ...wire,
    ...parts,
  })
  return { app, whole, oauth, config }
}

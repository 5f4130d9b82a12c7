import type { DurableObjectNamespace, KVNamespace } from '@cloudflare/workers-types'
import { createOAuth } from 'hono-oauth'
import { connectionsObject } from 'hono-oauth/durable-object'
import { defineProvider } from 'hono-oauth/provider-kit'
import { github } from 'hono-oauth/providers/github'
import { google } from 'hono-oauth/providers/google'
import { shopify } from 'hono-oauth/providers/shopify'
import { durableObjectStore } from 'hono-oauth/stores/durable-object'
import { kvStore } from 'hono-oauth/stores/kv'

interface Env {
  readonly PUBLIC_ORIGIN: string
  readonly OAUTH_KEYS: string
  readonly TOKENS: KVNamespace
  readonly CONNECTIONS: DurableObjectNamespace
  readonly GITHUB_ID: string
  readonly GITHUB_SECRET: string
  readonly GOOGLE_ID: string
  readonly GOOGLE_SECRET: string
  readonly SHOPIFY_ID: string
  readonly SHOPIFY_SECRET: string
}

// The same provider, said otherwise: with the origin of another API.
const googleChat = defineProvider(google, { apiOrigins: ['https://chat.googleapis.com'] })

export const oauth = createOAuth((env: Env) => ({
  origin: env.PUBLIC_ORIGIN,
  keys: env.OAUTH_KEYS,
  providers: {
    github: github({ clientId: env.GITHUB_ID, clientSecret: env.GITHUB_SECRET, scopes: ['repo'] }),
    google: googleChat({ clientId: env.GOOGLE_ID, clientSecret: env.GOOGLE_SECRET, scopes: ['openid', 'email'] }),
    shopify: shopify({ clientId: env.SHOPIFY_ID, clientSecret: env.SHOPIFY_SECRET, scopes: ['read_products'] }),
  },
  store: durableObjectStore(env.CONNECTIONS), // for those that renew their tokens
  stores: { github: kvStore(env.TOKENS) },
}))
export class OAuthConnections extends connectionsObject(oauth) {}

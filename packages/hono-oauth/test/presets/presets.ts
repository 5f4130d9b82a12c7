import type { Provider } from 'hono-oauth'
import { airtable } from 'hono-oauth/providers/airtable'
import { apple } from 'hono-oauth/providers/apple'
import { asana } from 'hono-oauth/providers/asana'
import { atlassian } from 'hono-oauth/providers/atlassian'
import { bigcommerce } from 'hono-oauth/providers/bigcommerce'
import { bitbucket } from 'hono-oauth/providers/bitbucket'
import { box } from 'hono-oauth/providers/box'
import { canva } from 'hono-oauth/providers/canva'
import { cloudflare } from 'hono-oauth/providers/cloudflare'
import { discord } from 'hono-oauth/providers/discord'
import { dropbox } from 'hono-oauth/providers/dropbox'
import { facebook } from 'hono-oauth/providers/facebook'
import { figma } from 'hono-oauth/providers/figma'
import { github, githubApp } from 'hono-oauth/providers/github'
import { gitlab } from 'hono-oauth/providers/gitlab'
import { google } from 'hono-oauth/providers/google'
import { hubspot } from 'hono-oauth/providers/hubspot'
import { linear } from 'hono-oauth/providers/linear'
import { linkedin } from 'hono-oauth/providers/linkedin'
import { mailchimp } from 'hono-oauth/providers/mailchimp'
import { microsoft } from 'hono-oauth/providers/microsoft'
import { monday } from 'hono-oauth/providers/monday'
import { netlify } from 'hono-oauth/providers/netlify'
import { notion } from 'hono-oauth/providers/notion'
import { quickbooks } from 'hono-oauth/providers/quickbooks'
import { salesforce } from 'hono-oauth/providers/salesforce'
import { shopify } from 'hono-oauth/providers/shopify'
import { slack, slackUser } from 'hono-oauth/providers/slack'
import { spotify } from 'hono-oauth/providers/spotify'
import { squarespace } from 'hono-oauth/providers/squarespace'
import { strava } from 'hono-oauth/providers/strava'
import { stripe } from 'hono-oauth/providers/stripe'
import { supabase } from 'hono-oauth/providers/supabase'
import { vercel } from 'hono-oauth/providers/vercel'
import { wordpress } from 'hono-oauth/providers/wordpress'
import { x } from 'hono-oauth/providers/x'
import { xero } from 'hono-oauth/providers/xero'
import { zoho } from 'hono-oauth/providers/zoho'
import { zoom } from 'hono-oauth/providers/zoom'

/** The app at a provider, as its personality in the emulator has registered it. */
export interface App {
  readonly clientId: string
  readonly clientSecret: string
}

/** How a preset is used in its thread. */
export interface Row {
  /** The name of the personality. */
  readonly name: string
  readonly make: (app: App) => Provider<never> | Provider
  /** A request to the API that needs a token. */
  readonly api: string
  readonly init?: RequestInit
  /** The query of the login route. */
  readonly login?: string
  /** What a disconnect comes to. */
  readonly ends?: 'deleted_only'
  /** Whether a disconnect leaves the access token to its end. */
  readonly leavesAccessToken?: true
  /** Whether a disconnect leaves the refresh token. */
  readonly leavesRefreshToken?: true
  /** What a login with a wrong client secret comes to. */
  readonly wrongSecret?: string
}

const post = (json: object): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(json),
})

// A key of P-256 that signs Apple's client secrets, made for these tests.
export const APPLE_KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgevZzL1gdAFr88hb2
OF/2NxApJCzGCEDdfSp6VQO30hyhRANCAAQRWz+jn65BtOMvdyHKcvjBeBSDZH2r
1RTwjmYSi9R/zpBnuQ4EiMnCqfMPWiZqB4QdbAd0E7oH50VpuZ1P087G
-----END PRIVATE KEY-----`

/** Each preset, with a request to its API. */
export const ROWS: readonly Row[] = [
  { name: 'github', make: github, api: '/user/repos' },
  { name: 'github-app', make: githubApp, api: '/user/repos' },
  { name: 'gitlab', make: gitlab, api: '/api/v4/projects' },
  { name: 'bitbucket', make: bitbucket, api: '/2.0/repositories', ends: 'deleted_only' },
  {
    name: 'google',
    make: (app) => google({ ...app, scopes: ['openid', 'https://www.googleapis.com/auth/drive.readonly'] }),
    api: '/drive/v3/files',
  },
  {
    name: 'microsoft',
    make: (app) => microsoft({ ...app, tenant: 'common' }),
    api: '/v1.0/me/drive',
    ends: 'deleted_only',
  },
  {
    name: 'apple',
    make: ({ clientId }) =>
      apple({ clientId, key: { teamId: 'TEAM123456', keyId: 'KEY1234567', privateKey: APPLE_KEY } }),
    api: '',
  },
  {
    name: 'slack',
    make: (app) => slack({ ...app, scopes: ['channels:read'] }),
    api: '/api/conversations.list',
    leavesRefreshToken: true,
  },
  {
    name: 'slack-user',
    make: (app) => slackUser({ ...app, scopes: ['channels:read'] }),
    api: '/api/conversations.list',
    leavesRefreshToken: true,
  },
  { name: 'discord', make: discord, api: '/api/users/@me/guilds' },
  { name: 'linkedin', make: linkedin, api: '/v2/me' },
  { name: 'x', make: x, api: '/2/users/me' },
  { name: 'facebook', make: facebook, api: '/v24.0/me/accounts' },
  { name: 'notion', make: notion, api: '/v1/search', init: post({}) },
  { name: 'hubspot', make: hubspot, api: '/crm/v3/objects/contacts', leavesAccessToken: true },
  { name: 'salesforce', make: salesforce, api: '/services/data/v60.0/sobjects' },
  {
    name: 'shopify',
    make: (app) => shopify({ ...app, scopes: ['read_products'] }),
    api: '/admin/api/2026-07/shop.json',
    login: '?shop=First-Shop.myshopify.com',
    // The callback is signed with the secret.
    wrongSecret: 'authorization_response_invalid',
  },
  { name: 'figma', make: figma, api: '/v1/files/key', ends: 'deleted_only' },
  { name: 'stripe', make: stripe, api: '/v1/balance' },
  { name: 'dropbox', make: dropbox, api: '/2/files/list_folder', init: post({ path: '' }) },
  { name: 'box', make: box, api: '/2.0/folders/0' },
  { name: 'atlassian', make: atlassian, api: '/oauth/token/accessible-resources', ends: 'deleted_only' },
  { name: 'linear', make: linear, api: '/graphql', init: post({ query: '{ issues { nodes { id } } }' }) },
  { name: 'asana', make: asana, api: '/api/1.0/workspaces' },
  { name: 'monday', make: monday, api: '/v2', init: post({ query: '{ boards { id } }' }) },
  { name: 'airtable', make: airtable, api: '/v0/meta/bases', ends: 'deleted_only' },
  { name: 'zoom', make: zoom, api: '/v2/users/me/meetings' },
  { name: 'spotify', make: spotify, api: '/v1/me/playlists', ends: 'deleted_only' },
  { name: 'strava', make: strava, api: '/api/v3/athlete/activities' },
  { name: 'quickbooks', make: quickbooks, api: '/v3/company/9130347957983501/companyinfo/1' },
  { name: 'xero', make: xero, api: '/connections' },
  { name: 'mailchimp', make: mailchimp, api: '/3.0/ping', ends: 'deleted_only' },
  { name: 'zoho', make: (app) => zoho({ ...app, scopes: ['ZohoCRM.users.READ'] }), api: '/crm/v8/users' },
  { name: 'canva', make: canva, api: '/rest/v1/users/me/profile' },
  { name: 'cloudflare', make: cloudflare, api: '/client/v4/user' },
  {
    name: 'vercel',
    make: (app) => vercel({ ...app, slug: 'our-integration' }),
    api: '/v9/projects',
    ends: 'deleted_only',
  },
  { name: 'netlify', make: netlify, api: '/api/v1/sites', ends: 'deleted_only' },
  { name: 'supabase', make: supabase, api: '/v1/projects' },
  { name: 'wordpress', make: wordpress, api: '/rest/v1.1/me/sites', ends: 'deleted_only' },
  { name: 'squarespace', make: squarespace, api: '/1.0/commerce/orders', ends: 'deleted_only' },
  { name: 'bigcommerce', make: bigcommerce, api: '/stores/g5cd38/v3/catalog/products', ends: 'deleted_only' },
]

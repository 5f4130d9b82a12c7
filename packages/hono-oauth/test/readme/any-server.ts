import type { Hono } from 'hono'
import { createOAuth } from 'hono-oauth'
import { oauth2 } from 'hono-oauth/providers/oauth2'
import { oidc } from 'hono-oauth/providers/oidc'
import { memoryStore } from 'hono-oauth/stores/memory'
import { KEY, ORIGIN } from '../rig/constants.ts'

const env = { EXAMPLE_CLIENT_ID: 'id', EXAMPLE_CLIENT_SECRET: 'secret' }

const server = () =>
  oauth2({
    clientId: env.EXAMPLE_CLIENT_ID,
    clientSecret: env.EXAMPLE_CLIENT_SECRET,
    scopes: ['items:read'],
    authorizationEndpoint: 'https://login.example.com/authorize',
    tokenEndpoint: 'https://login.example.com/token',
    revocationEndpoint: 'https://login.example.com/revoke',
    userinfoEndpoint: 'https://api.example.com/me',
    account: { id: 'userinfo.id', name: 'userinfo.display_name' },
    apiOrigins: ['https://api.example.com'],
  })

const tenants = () =>
  oauth2({
    clientId: env.EXAMPLE_CLIENT_ID,
    clientSecret: env.EXAMPLE_CLIENT_SECRET,
    details: { tenant: 'login.tenant', teamId: 'token.team.id' },
    hosts: ['*.example.com'],
    authorizationEndpoint: 'https://{tenant}.example.com/authorize',
    tokenEndpoint: 'https://{tenant}.example.com/token',
    tokenFormat: 'json',
    tokenResponse: ({ data, ...answer }) => ({ ...answer, ...data, token_type: 'bearer' }),
    errors: { code_used: 'invalid_grant', app_unknown: 'invalid_client' },
    account: { id: 'token.team.id', name: 'token.team.name' },
    apiOrigins: ['https://{tenant}.example.com'],
    apiHeaders: { 'x-api-token': '{access_token}', 'api-version': '3' },
    apiErrors: { 200: ({ error }) => (error === 'token_dead' ? 'invalid_token' : undefined) },
    revocationEndpoint: { method: 'DELETE', url: 'https://{tenant}.example.com/token', as: 'api' },
  })

const openid = () =>
  oidc({
    issuer: 'https://login.example.com',
    clientId: env.EXAMPLE_CLIENT_ID,
    clientSecret: env.EXAMPLE_CLIENT_SECRET,
    scopes: ['openid', 'profile', 'offline_access'],
    apiOrigins: ['https://api.example.com'],
  })

export const oauth = createOAuth(() => ({
  origin: ORIGIN,
  keys: KEY,
  providers: { github: server(), tenants: tenants(), openid: openid() },
  store: memoryStore(),
}))

export function addSettings(app: Hono): void {
  app.get('/settings', async (c) => {
    const url = await oauth.loginUrl(c, 'github', { scopes: ['read:user', 'repo'], returnTo: '/settings' })
    return c.html(`<a href="${url}">Allow access to repositories</a>`)
  })
}

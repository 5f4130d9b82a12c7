import { defineProvider } from 'hono-oauth/provider-kit'
import { oauth2 } from 'hono-oauth/providers/oauth2'

type DesklyScope = 'tickets:read' | 'tickets:write'

export const deskly = defineProvider(oauth2, {
  details: { workspace: 'login.workspace', agentId: 'token.agent.id' },
  hosts: ['*.deskly.example'],
  authorizationEndpoint: 'https://{workspace}.deskly.example/oauth/authorize',
  scopes: ['tickets:read'] as DesklyScope[],
  scopeSeparator: ',',
  pkce: false,

  tokenEndpoint: 'https://{workspace}.deskly.example/api/token',
  tokenFormat: 'json',
  clientAuthentication: 'post',

  tokenResponse: ({ ok, reason, ...answer }) => (ok ? { ...answer, token_type: 'bearer' } : { error: reason }),
  errors: {
    code_expired: 'invalid_grant',
    refresh_revoked: 'invalid_grant',
    unknown_app: 'invalid_client',
    token_dead: 'invalid_token',
  },

  account: { id: 'token.workspace.id', name: 'token.workspace.title' },

  apiOrigins: ['https://{workspace}.deskly.example'],
  apiHeaders: { 'x-deskly-token': '{access_token}', 'deskly-version': '2026-05' },
  apiErrors: {
    200: ({ ok, reason, needed }) => {
      if (ok || reason === undefined) return undefined
      if (reason === 'scope_missing') return { insufficientScope: needed }
      return reason === 'token_dead' ? 'invalid_token' : undefined
    },
  },

  revocationEndpoint: { method: 'DELETE', url: 'https://{workspace}.deskly.example/api/token', as: 'api' },
})

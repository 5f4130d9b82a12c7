import { defineProvider } from '../define-provider.ts'
import { oauth2 } from '../oauth2/index.ts'

/**
 * A connection is the bot of an integration in one Notion workspace, for the pages that a user has chosen.
 *
 * Checked: vendor documentation (D); the account by two implementations (I), September 2026.
 *
 * Unknown: how long tokens live: no answer tells it, so a token is renewed after the API has refused it. PKCE is off, as
 * in two implementations.
 *
 * @see {@link https://developers.notion.com/docs/authorization | Notion - Authorization}
 * @example
 * ```ts
 * notion({ clientId: env.NOTION_CLIENT_ID, clientSecret: env.NOTION_CLIENT_SECRET })
 * ```
 */
export const notion = /* @__PURE__ */ defineProvider(oauth2, {
  // The integration has capabilities; a login asks for none.
  scopes: [] as never[],
  pkce: false,
  authorizationEndpoint: 'https://api.notion.com/v1/oauth/authorize',
  authorizationParams: { owner: 'user' },
  tokenEndpoint: 'https://api.notion.com/v1/oauth/token',
  clientAuthentication: 'basic',
  tokenFormat: 'json',
  account: { id: 'token.bot_id', name: 'token.workspace_name' },
  details: {
    workspaceId: 'token.workspace_id',
    ownerId: 'token.owner.user.id',
    templateId: 'token.duplicated_template_id',
  },
  apiOrigins: ['https://api.notion.com'],
  apiHeaders: { 'notion-version': '2025-09-03' },
  apiErrors: { 401: 'invalid_token' },
  revocationEndpoint: {
    url: 'https://api.notion.com/v1/oauth/revoke',
    as: 'basic',
    json: { token: '{access_token}' },
  },
})

import { defineProvider } from '../define-provider.ts'
import { oauth2 } from '../oauth2/index.ts'

/** The scopes of Discord, which adds scopes. */
export type DiscordScope =
  | 'identify'
  | 'email'
  | 'connections'
  | 'guilds'
  | 'guilds.join'
  | 'guilds.members.read'
  | 'gdm.join'
  | 'dm_channels.read'
  | 'messages.read'
  | 'relationships.read'
  | 'role_connections.write'
  | 'bot'
  | 'webhook.incoming'
  | 'voice'
  | `activities.${'read' | 'write'}`
  | `applications.${'commands' | 'commands.update' | 'commands.permissions.update'}`
  | `applications.${'entitlements' | 'store.update' | 'builds.read' | 'builds.upload'}`
  | `rpc${'' | '.activities.write' | '.notifications.read' | '.voice.read' | '.voice.write'}`
  | (string & {})

/**
 * A connection is a Discord user; its scopes must include `identify`.
 *
 * Checked: vendor documentation (D); the account by two implementations (I), PKCE by one (O), September 2026.
 *
 * Unknown: whether a refresh ends the old refresh token: it counts as `rotating`.
 *
 * @see {@link https://docs.discord.com/developers/topics/oauth2 | Discord - OAuth2}
 * @example
 * ```ts
 * discord({ clientId: env.DISCORD_CLIENT_ID, clientSecret: env.DISCORD_CLIENT_SECRET, scopes: ['identify', 'guilds'] })
 * ```
 */
export const discord = /* @__PURE__ */ defineProvider(oauth2, {
  scopes: ['identify'] as DiscordScope[],
  authorizationEndpoint: 'https://discord.com/oauth2/authorize',
  tokenEndpoint: 'https://discord.com/api/oauth2/token',
  userinfoEndpoint: 'https://discord.com/api/users/@me',
  account: { id: 'userinfo.id', name: ['userinfo.global_name', 'userinfo.username'] },
  apiOrigins: ['https://discord.com'],
  revocationEndpoint: 'https://discord.com/api/oauth2/token/revoke',
  // The end of any token ends the authorization.
  revokesWholeGrant: true,
})

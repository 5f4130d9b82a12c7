import type { BackChannel } from '../../protocol/back-channel.ts'
import type { ServerMetadata } from '../../protocol/client.ts'
import type { Account, Details, Provider } from '../contract.ts'
import { describe, originsOf, registerClient } from '../described/described.ts'
import { checkCallback, connect, startUrl } from '../described/login-leg.ts'
import { describedMembers } from '../described/members.ts'
import type { AnyOptions, OAuth2Options } from '../described/options.ts'
import { endGrant, renewedTokens } from '../described/renewal-leg.ts'
import { readIssued, sendRefresh } from '../described/token-leg.ts'
import type { EventMap } from '../webhook-contract.ts'
import { readPerson } from './userinfo.ts'

export type { ClientAuthentication, ClientAuthenticationMethod } from '../../protocol/client.ts'
export type { AppSettings, OAuth2Description, OAuth2Options, OwnRequest } from '../described/options.ts'

/** Makes a provider of any OAuth 2.0 server from its description. */
export interface OAuth2 {
  <Scope extends string = string, const Detail extends string = never>(
    options: OAuth2Options<Scope, Detail>,
    // An editor then suggests the known scopes, and takes others.
  ): Provider<Scope | (string & {}), Account, EventMap, Details<Detail>>
  /** Tells the types of `defineProvider` what a description may say. */
  readonly kind: 'oauth2'
}

/**
 * Makes a provider of any OAuth 2.0 server from its description: the code grant, refresh tokens, revocation.
 *
 * @param options - the app's credentials, the server's endpoints, and how the server differs
 * @returns the provider, for `providers` of the configuration
 * @throws OAuthError `configuration_invalid`, naming the option that is missing or wrong
 * @see {@link https://www.rfc-editor.org/rfc/rfc6749 | RFC 6749 - OAuth 2.0}
 * @see {@link https://www.rfc-editor.org/rfc/rfc7636 | RFC 7636 - PKCE}
 * @see {@link https://www.rfc-editor.org/rfc/rfc7009 | RFC 7009 - Token Revocation}
 * @see {@link https://www.rfc-editor.org/rfc/rfc9126 | RFC 9126 - Pushed Authorization Requests}
 * @see {@link https://www.rfc-editor.org/rfc/rfc9207 | RFC 9207 - Issuer Identification}
 * @example
 * ```ts
 * oauth2({
 *   clientId: env.EXAMPLE_CLIENT_ID,
 *   clientSecret: env.EXAMPLE_CLIENT_SECRET,
 *   scopes: ['items:read'],
 *   authorizationEndpoint: 'https://login.example.com/authorize',
 *   tokenEndpoint: 'https://login.example.com/token',
 *   apiOrigins: ['https://api.example.com'],
 * })
 * ```
 */
export const oauth2 = /* @__PURE__ */ Object.assign(createOAuth2, { kind: 'oauth2' }) as OAuth2

function createOAuth2(options: AnyOptions & OAuth2Options): Provider {
  const described = describe('oauth2', options)
  const client = registerClient(described, serverOf(options))
  const checksIssuer = options.issuer !== undefined || options.issParameter === true
  const isRenewable = options.refreshTokens !== 'none' || options.refreshEndpoint !== undefined
  return {
    ...describedMembers(described),
    server: `${options.tokenEndpoint} ${options.clientId}`,
    apiOrigins: ({ details }) => originsOf(described, options.apiOrigins, details),
    authorizationUrl: (request, backChannel, now) => startUrl(described, client, request, backChannel, now),
    async authorize(callback, backChannel) {
      const parameters = new URLSearchParams(callback.parameters)
      // Without the server's issuer there is no value to compare `iss` with (RFC 9207, section 2.4).
      if (!checksIssuer) parameters.delete('iss')
      const checked = await checkCallback(described, client, { ...callback, parameters })
      return connect(described, client, checked, callback, backChannel, (tokens, details) =>
        readPerson(described, { ...tokens, details }, backChannel, callback.now),
      )
    },
    ...(isRenewable &&
      ({
        async renew(grant, backChannel: BackChannel, now: number) {
          const answer = await sendRefresh(described, client, grant, backChannel, now)
          return renewedTokens(described, client, readIssued(described, answer, 'refresh_token', now), grant)
        },
      } satisfies Partial<Provider>)),
    revoke: (grant, backChannel, now) => endGrant(described, client, grant, backChannel, now),
  }
}

function serverOf(options: OAuth2Options): ServerMetadata {
  const { issuer, authorizationEndpoint, tokenEndpoint, issParameter = false } = options
  const origin = URL.canParse(authorizationEndpoint) ? new URL(authorizationEndpoint).origin : authorizationEndpoint
  return {
    issuer: issuer ?? origin,
    authorization_endpoint: authorizationEndpoint,
    token_endpoint: tokenEndpoint,
    pushed_authorization_request_endpoint: options.pushedAuthorizationRequestEndpoint,
    authorization_response_iss_parameter_supported: issParameter,
  }
}

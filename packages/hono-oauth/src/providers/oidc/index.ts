import { isOAuthError, OAuthError } from '../../errors.ts'
import type { BackChannel } from '../../protocol/back-channel.ts'
import type { Account, Details, Provider, StoredGrant } from '../contract.ts'
import { describe, originsOf } from '../described/described.ts'
import { checkCallback, connect, startUrl } from '../described/login-leg.ts'
import { describedMembers } from '../described/members.ts'
import type { AnyOptions, OidcOptions } from '../described/options.ts'
import { endGrant, renewedTokens } from '../described/renewal-leg.ts'
import { giveBack } from '../described/revocation.ts'
import { readIssued, sendRefresh } from '../described/token-leg.ts'
import type { EventMap } from '../webhook-contract.ts'
import { validateIdToken } from './id-token.ts'
import { accountOf, nonceOf, readClaims } from './identity.ts'
import { Issuer } from './issuer.ts'
import { oidcSettings } from './settings.ts'

export type { ClientAuthentication, ClientAuthenticationMethod } from '../../protocol/client.ts'
export type { IdTokenAlg, OidcDescription, OidcOptions } from '../described/options.ts'

/** Makes a provider of any OpenID provider from its issuer. */
export interface Oidc {
  <Scope extends string = string, const Detail extends string = never>(
    options: OidcOptions<Scope, Detail>,
    // An editor then suggests the known scopes, and takes others.
  ): Provider<Scope | (string & {}), Account, EventMap, Details<Detail>>
  /** Tells the types of `defineProvider` what a description may say. */
  readonly kind: 'oidc'
}

/**
 * Makes a provider of any OpenID provider: its metadata names its endpoints and its ID token names the account.
 *
 * @param options - the issuer, the app's credentials, and how the provider differs
 * @returns the provider, for `providers` of the configuration
 * @throws OAuthError `configuration_invalid`, naming the option that is missing or wrong; an option that does not fit
 *   the metadata is reported at the first login, before the redirect to the issuer
 * @see {@link https://openid.net/specs/openid-connect-core-1_0.html | OpenID Connect Core}
 * @see {@link https://openid.net/specs/openid-connect-discovery-1_0.html | OpenID Connect Discovery}
 * @see {@link https://www.rfc-editor.org/rfc/rfc9126 | RFC 9126 - Pushed Authorization Requests}
 * @see {@link https://www.rfc-editor.org/rfc/rfc9207 | RFC 9207 - Issuer Identification}
 * @example
 * ```ts
 * oidc({
 *   issuer: 'https://login.example.com',
 *   clientId: env.EXAMPLE_CLIENT_ID,
 *   clientSecret: env.EXAMPLE_CLIENT_SECRET,
 *   scopes: ['openid', 'profile', 'offline_access'],
 *   authorizationParams: { prompt: 'consent' }, // for `offline_access`: OpenID Connect Core, section 11
 *   apiOrigins: ['https://api.example.com'],
 * })
 * ```
 */
export const oidc = /* @__PURE__ */ Object.assign(createOidc, { kind: 'oidc' }) as Oidc

function createOidc(options: AnyOptions & OidcOptions): Provider {
  const described = describe('oidc', { ...options, scopes: withOpenId(options.scopes ?? []) })
  const settings = oidcSettings(options)
  const issuer = new Issuer(described, settings)
  const { apiOrigins = [new URL(options.issuer).origin] } = options
  const isRenewable = options.refreshTokens !== 'none'

  async function renew(grant: StoredGrant, backChannel: BackChannel, now: number) {
    if (!grant.refreshToken) throw new OAuthError('needs_reauth')
    const clock = startClock(now)
    const metadata = await issuer.metadata(backChannel, now)
    const client = issuer.register(metadata)
    // Read before the refresh token is sent and used up: a failure here can be tried again.
    const keys = await issuer.keys(metadata, backChannel, now)
    const answer = await sendRefresh(described, client, grant, backChannel, now)
    const issued = readIssued(described, answer, 'refresh_token', now)
    const { tokens } = issued
    const { idToken } = tokens
    // The same subject, and a new token (OpenID Connect Core, section 12.2).
    const same = { subject: grant.details['sub'] ?? grant.id, issuedSince: now }
    const verdict =
      idToken &&
      (await validateIdToken(idToken, keys, settings, same, clock()).catch((error: unknown) => {
        // Newer keys could not be read. The ID token is optional here, and the sent refresh token may be used up.
        if (!isOAuthError(error)) throw error
      }))
    if (verdict?.fault === undefined) return renewedTokens(described, client, issued, grant)
    const cause = new Error(`the ID token of a refresh ${verdict.fault}`)
    const sent = grant.refreshToken?.reveal()
    const isSpent = described.options.refreshTokens !== 'reusable' && (tokens.refreshToken?.reveal() ?? sent) !== sent
    // The sent refresh token stays valid for another try; nothing of this response is kept.
    if (!isSpent) throw new OAuthError('provider_response_invalid', { cause })
    // The new tokens may be for another subject, and the sent refresh token is used up.
    await giveBack(described, client, tokens, backChannel, now)
    throw new OAuthError('needs_reauth', { cause })
  }

  return {
    ...describedMembers(described),
    // An OpenID provider knows the person by a session, which many keep one grant for.
    sharesGrants: true,
    server: `${options.issuer} ${options.clientId}`,
    apiOrigins: ({ details }) => originsOf(described, apiOrigins, details),
    async authorizationUrl(request, backChannel, now) {
      const client = issuer.register(await issuer.metadata(backChannel, now))
      const scopes = withOpenId(request.scopes)
      const nonce = await nonceOf(request.state)
      return startUrl(described, client, { ...request, scopes }, backChannel, now, { nonce })
    },
    async authorize(callback, backChannel) {
      const { state, now } = callback
      const clock = startClock(now)
      const metadata = await issuer.metadata(backChannel, now)
      const client = issuer.register(metadata)
      const checked = await checkCallback(described, client, callback)
      // Read before the code is sent: without keys the ID token could not be validated.
      const keys = await issuer.keys(metadata, backChannel, now)
      const nonce = await nonceOf(state)
      const scopes = withOpenId(callback.scopes ?? described.scopes)
      return connect(
        described,
        client,
        checked,
        { ...callback, scopes },
        backChannel,
        (tokens, details) => {
          const expected = { settings, keys, nonce, metadata, now: clock() }
          return readClaims(described, tokens, details, expected, backChannel)
        },
        accountOf,
      )
    },
    ...(isRenewable && { renew }),
    async revoke(grant, backChannel, now) {
      const client = issuer.register(await issuer.recalledMetadata(backChannel))
      return endGrant(described, client, grant, backChannel, now)
    },
  }
}

/**
 * A clock that starts at a given time: the requests of a login take time.
 *
 * @param now - in seconds since the epoch
 */
function startClock(now: number): () => number {
  const startedAt = Date.now()
  return () => now + Math.ceil((Date.now() - startedAt) / 1000)
}

/** Adds the scope that makes an OAuth 2.0 request one of OpenID Connect. */
function withOpenId(scopes: readonly string[]): readonly string[] {
  return scopes.includes('openid') ? scopes : ['openid', ...scopes]
}

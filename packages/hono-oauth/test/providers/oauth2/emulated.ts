import { createEmulator, DEFAULT_OAUTH_EXAMPLE_CLIENT, type EmulatorOptions } from 'provider-emulator'
import { BackChannel } from '../../../src/protocol/back-channel.ts'
import type { TokenSet } from '../../../src/protocol/token-response.ts'
import { type OAuth2Options, oauth2 } from '../../../src/providers/oauth2/index.ts'
import { REDIRECT_URI, VERIFIER } from './support.ts'

const ISSUER = 'https://oauth.example'
const STATE = 'af0ifjsldkj'
export const CLIENT = { ...DEFAULT_OAUTH_EXAMPLE_CLIENT, redirectUris: [REDIRECT_URI] }

/** The provider, with oauth.example behind its back channel. */
export function emulated(options: Partial<OAuth2Options> = {}, oauthExample: EmulatorOptions['oauthExample'] = {}) {
  const emulator = createEmulator({ consent: 'auto', oauthExample: { clients: [CLIENT], ...oauthExample } })
  const send = (url: string, init: RequestInit = {}) => emulator.fetch(new Request(url, init))
  const backChannel = new BackChannel({ fetch: send, timeoutMs: 10_000 })
  const provider = oauth2({
    clientId: CLIENT.id,
    clientSecret: CLIENT.secret,
    scopes: ['profile', 'items:read'],
    authorizationEndpoint: `${ISSUER}/authorize`,
    tokenEndpoint: `${ISSUER}/token`,
    revocationEndpoint: `${ISSUER}/revoke`,
    issuer: ISSUER,
    issParameter: true,
    apiOrigins: [ISSUER],
    account: { url: `${ISSUER}/api/me` },
    ...options,
  })
  const transaction = { state: STATE, redirectUri: REDIRECT_URI, codeVerifier: VERIFIER }

  return {
    control: emulator.control,
    async login() {
      const request = { ...transaction, scopes: provider.scopes }
      const page = await send((await provider.authorizationUrl(request, backChannel, 0)).href)
      const { searchParams: parameters } = new URL(page.headers.get('location') ?? '')
      return provider.authorize({ ...transaction, now: 0, parameters }, backChannel)
    },
    renew({ refreshToken }: TokenSet) {
      if (!provider.renew) throw new Error('plain OAuth 2.0 has refresh tokens')
      return provider.renew({ grantId: 'user-1001', refreshToken }, backChannel, 0)
    },
    revoke: (tokens: TokenSet) => provider.revoke(tokens, backChannel),
  }
}

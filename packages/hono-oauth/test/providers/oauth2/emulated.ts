import {
  createEmulator,
  DEFAULT_OAUTH_EXAMPLE_CLIENT,
  type EmulatorOptions,
} from 'provider-emulator'
import { BackChannel } from '../../../src/protocol/back-channel.ts'
import { type OAuth2Options, oauth2 } from '../../../src/providers/oauth2/index.ts'
import { REDIRECT_URI, VERIFIER } from './support.ts'

export const ISSUER = 'https://oauth.example'
export const CLIENT = { ...DEFAULT_OAUTH_EXAMPLE_CLIENT, redirectUris: [REDIRECT_URI] }
const STATE = 'af0ifjsldkj'

/** The provider, and oauth.example behind its back channel. */
export function emulated(
  options: Partial<OAuth2Options> = {},
  oauthExample: EmulatorOptions['oauthExample'] = {},
) {
  const emulator = createEmulator({
    oauthExample: { clients: [CLIENT], ...oauthExample },
    // What is slow there is over at once here.
    wait: async () => undefined,
  })
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

  /** Opens the consent page and answers it; returns what comes back to the redirection endpoint. */
  async function consent(fields: Record<string, string>): Promise<URLSearchParams> {
    const { scopes } = provider
    const request = { state: STATE, redirectUri: REDIRECT_URI, scopes, codeVerifier: VERIFIER }
    const page = await send((await provider.authorizationUrl(request, backChannel, 0)).href)
    const redirect = page.headers.get('location')
    if (redirect) return new URL(redirect).searchParams
    const [, id = ''] = /name="request" value="([^"]+)"/.exec(await page.text()) ?? []
    const body = new URLSearchParams({ request: id, decision: 'allow', ...fields })
    const answer = await send(`${ISSUER}/authorize`, { method: 'POST', body })
    return new URL(answer.headers.get('location') ?? '').searchParams
  }

  return {
    provider,
    backChannel,
    control: emulator.control,
    async login(fields: Record<string, string> = { user: 'user-1002' }) {
      const parameters = await consent(fields)
      const callback = { state: STATE, redirectUri: REDIRECT_URI, codeVerifier: VERIFIER, now: 0 }
      return provider.authorize({ ...callback, parameters }, backChannel)
    },
    /** Whether the server says that a token is good. */
    async isActive(token: { reveal(): string } | undefined): Promise<unknown> {
      const { id, secret } = CLIENT
      const form = { token: token?.reveal() ?? '', client_id: id, client_secret: secret }
      const body = new URLSearchParams(form)
      const answer = await send(`${ISSUER}/introspect`, { method: 'POST', body })
      return ((await answer.json()) as { active: unknown }).active
    },
    requestsTo: (path: string) =>
      emulator.control.requests().filter((request) => request.path === path).length,
  }
}

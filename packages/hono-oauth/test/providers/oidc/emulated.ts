import { createEmulator, DEFAULT_OAUTH_EXAMPLE_CLIENT, type EmulatorOptions } from 'provider-emulator'
import { BackChannel } from '../../../src/protocol/back-channel.ts'
import type { CallbackRequest, GrantTokens, Provider } from '../../../src/providers/contract.ts'
import { type OidcOptions, oidc } from '../../../src/providers/oidc/index.ts'
import type { Secret } from '../../../src/secret.ts'
import { REDIRECT_URI, stored, VERIFIER } from '../oauth2/support.ts'

export const ISSUER = 'https://oauth.example'
export const STATE = 'af0ifjsldkj'
export const CLIENT = { ...DEFAULT_OAUTH_EXAMPLE_CLIENT, redirectUris: [REDIRECT_URI] }
export const NOW = 1_790_000_000

export const SETTINGS: OidcOptions = {
  issuer: ISSUER,
  clientId: CLIENT.id,
  clientSecret: CLIENT.secret,
  scopes: ['openid', 'profile', 'items:read'],
}

type Example = EmulatorOptions['oauthExample']

/** The OpenID provider, with oauth.example behind its back channel. */
export const emulated = (options: Partial<OidcOptions> = {}, oauthExample: Example = {}) =>
  overEmulator(oidc({ ...SETTINGS, ...options }), oauthExample)

/** A provider, with oauth.example behind its back channel. */
export function overEmulator(provider: Provider, oauthExample: Example) {
  let now = NOW
  const emulator = createEmulator({
    consent: 'auto',
    now: () => NOW * 1000,
    oauthExample: { clients: [CLIENT], ...oauthExample },
    // The emulator does not wait.
    wait: async () => undefined,
  })
  /** Changes answers of the server, by path. */
  const edits = new Map<string, (response: Response) => Response | Promise<Response>>()
  const send = (url: string, init: RequestInit = {}) => emulator.fetch(new Request(url, init))
  const fetch = async (url: string, init: RequestInit) => {
    const response = await send(url, init)
    return edits.get(new URL(url).pathname)?.(response) ?? response
  }
  const backChannel = new BackChannel({ fetch, timeoutMs: 10_000 })
  const { control } = emulator

  const authorizationUrl = (scopes: readonly string[] = provider.scopes) => {
    const request = { state: STATE, redirectUri: REDIRECT_URI, scopes, codeVerifier: VERIFIER }
    return provider.authorizationUrl(request, backChannel, now)
  }
  const consent = async (change: (url: URL) => void = () => undefined) => {
    const url = await authorizationUrl()
    change(url)
    const answer = await send(url.href)
    return new URL(answer.headers.get('location') ?? '').searchParams
  }
  const authorize = (parameters: URLSearchParams, rest: Partial<CallbackRequest> = {}) => {
    const callback = { state: STATE, redirectUri: REDIRECT_URI, codeVerifier: VERIFIER, now }
    return provider.authorize({ ...callback, ...rest, parameters }, backChannel)
  }

  return {
    provider,
    backChannel,
    control,
    authorizationUrl,
    consent,
    authorize,
    /** A whole login. */
    login: async () => authorize(await consent()),
    renew: ({ refreshToken }: { refreshToken?: Secret | undefined }) =>
      provider.renew?.(stored({ id: 'user-1001', refreshToken }), backChannel, now) ??
      Promise.reject(new Error('the provider has refresh tokens')),
    revoke: (tokens: GrantTokens) => provider.revoke(stored(tokens), backChannel, now),
    /** Moves every clock. */
    advance(seconds: number): void {
      now += seconds
      control.advance(seconds)
    },
    /** Edits the JSON of the answer at a path. */
    editJson(path: string, change: (json: Record<string, unknown>) => unknown): void {
      edits.set(path, async (response) =>
        Response.json(await change((await response.json()) as Record<string, unknown>)),
      )
    },
    answer(path: string, make: (response: Response) => Response | Promise<Response>): void {
      edits.set(path, make)
    },
    requestsTo: (path: string) => control.requests().filter((request) => request.path === path).length,
    grants: () => control.oauthExample.grants(),
  }
}

/** A server, and the tokens of a login. */
export async function connected(...settings: Parameters<typeof emulated>) {
  const server = emulated(...settings)
  const { tokens } = await server.login()
  return { server, tokens }
}

export type Emulated = ReturnType<typeof emulated>

export const METADATA = '/.well-known/openid-configuration'
export const [JWKS, TOKEN, USERINFO] = ['/jwks', '/token', '/userinfo'] as const

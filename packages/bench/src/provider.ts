import { createEmulator, type Emulator } from 'provider-emulator'
import { ORIGIN } from './browser.ts'

/** Made up, as all secrets here are. */
export const CLIENT = { id: 'bench-client', secret: 'bench-secret-that-opens-nothing' }

const CALLBACKS = ['/callback', '/auth/example/callback', '/api/auth/callback/example']

/**
 * `oauth.example`, which allows every login at once.
 *
 * @param accessTokenSeconds - how long an access token lives; an hour by default
 */
export const createProvider = (isRotating: boolean, accessTokenSeconds = 3600): Emulator =>
  createEmulator({
    consent: 'auto',
    oauthExample: {
      accessTokenSeconds,
      rotation: isRotating ? 'always' : 'never',
      clients: [{ ...CLIENT, redirectUris: CALLBACKS.map((path) => `${ORIGIN}${path}`) }],
    },
  })

/** What the provider answers to a login: the path and query of the app's callback. */
export async function consent(provider: Emulator, address: string): Promise<string> {
  const answer = await provider.fetch(new Request(address))
  const location = answer.headers.get('location') ?? ''
  if (!location.startsWith(ORIGIN)) throw new Error(`The provider refused a login: ${address}`)
  return location.slice(ORIGIN.length)
}

/** How many of these access tokens the provider takes now. */
export async function countLiving(provider: Emulator, tokens: readonly string[]): Promise<number> {
  const answers = await Promise.all(
    tokens.map((token) => {
      const headers = { authorization: `Bearer ${token}` }
      return provider.fetch(new Request('https://oauth.example/api/me', { headers }))
    }),
  )
  return answers.filter(({ status }) => status === 200).length
}

/** How many refresh requests the provider saw since its log was cleared. */
export const countRefreshes = (provider: Emulator): number =>
  provider.control.requests().filter(({ path, body }) => {
    const form = body as { readonly grant_type?: string } | undefined
    return path === '/token' && form?.grant_type === 'refresh_token'
  }).length

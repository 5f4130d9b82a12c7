import { DEFAULT_OAUTH_EXAMPLE_CLIENT as CLIENT, createEmulator } from 'provider-emulator'
import { ORIGIN } from '../support/app.ts'
import { noteSecret } from '../support/notes.ts'
import type { Scheduler } from './scheduler.ts'
import type { Stillness } from './stillness.ts'

/** How long access tokens live, in seconds: longer than any request, so that none ends on its way. */
export const LIFETIME = 50

/** `oauth.example` in this process: refresh tokens rotate, and a used one that comes back ends all. */
export function provider(scheduler: Scheduler, stillness: Stillness, now: () => number) {
  const clients = [{ ...CLIENT, redirectUris: [`${ORIGIN}/auth/example/callback`] }]
  const { fetch, control } = createEmulator({
    consent: 'auto',
    now,
    oauthExample: { clients, accessTokenSeconds: LIFETIME },
  })
  const names = new Map<string, string>()
  const basic = `Basic ${btoa(`${encodeURIComponent(CLIENT.id)}:${encodeURIComponent(CLIENT.secret)}`)}`

  const send = (url: string, init?: RequestInit) =>
    stillness.track(fetch(new Request(url, { redirect: 'manual', ...init })))

  /** Tokens are told apart by number in the trace. */
  function nameOf(token: unknown, kind: string): string {
    const text = String(token)
    const name = names.get(text) ?? `${kind}${names.size + 1}`
    names.set(text, name)
    return name
  }

  function describe(url: string, { body }: RequestInit): string {
    const { pathname } = new URL(url)
    const form = new URLSearchParams(typeof body === 'string' ? body : '')
    const token = form.get('refresh_token') ?? form.get('token')
    return [pathname, form.get('grant_type'), token && nameOf(token, '?')].filter(Boolean).join(' ')
  }

  async function noteTokens(response: Response): Promise<string> {
    if (!response.headers.get('content-type')?.includes('json')) return ''
    const tokens = (await response.clone().json()) as Record<string, unknown>
    const { access_token: access, refresh_token: refresh } = tokens
    if (!access) return ''
    for (const token of [access, refresh]) noteSecret('a token', token)
    return ` ${nameOf(access, 'access-')} ${nameOf(refresh, 'refresh-')}`
  }

  return {
    grants: () => control.oauthExample.grants(),
    nameOf: (token: string) => names.get(token) ?? 'a token of nobody',

    /** What an isolate reaches the provider with: the way there is one step, and the way back is one. */
    fetchFor:
      (isolate: string) =>
      async (url: string, init: RequestInit): Promise<Response> => {
        const label = `${isolate}: ${describe(url, init)}`
        await scheduler.pass(label)
        const response = await send(url, init)
        const tokens = await stillness.track(noteTokens(response))
        await scheduler.pass(`${label} answers ${response.status}${tokens}`)
        return response
      },

    /** Signs in and allows at once; returns where that leads. */
    async consent(location: string, user: string): Promise<string> {
      const response = await send(`${location}&login_hint=${user}`)
      const callback = response.headers.get('location') ?? ''
      noteSecret('a code', new URL(callback).searchParams.get('code'))
      return callback
    },

    /** Whether the provider takes this access token now. */
    async isLive(token: string): Promise<boolean> {
      const response = await send('https://oauth.example/introspect', {
        method: 'POST',
        headers: {
          authorization: basic,
          'content-type': 'application/x-www-form-urlencoded',
        },
        body: new URLSearchParams({ token }).toString(),
      })
      const { active } = (await stillness.track(response.json())) as { active?: boolean }
      return active === true
    },
  }
}

export type Provider = ReturnType<typeof provider>

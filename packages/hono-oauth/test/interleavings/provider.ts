import { createProvider, EXAMPLE_CLIENT } from '../rig/provider.ts'
import type { Stillness } from '../rig/stillness.ts'
import type { Scheduler } from './scheduler.ts'

/** How long access tokens live, in seconds: longer than any request, so that none ends on its way. */
export const TOKEN_SECONDS = 50

/**
 * `oauth.example` in this process.
 *
 * @param rotation - whether refresh tokens rotate; then a used one that comes back ends all
 */
export function gatedProvider(
  scheduler: Scheduler,
  stillness: Stillness,
  now: () => number,
  rotation: 'always' | 'never',
) {
  const provider = createProvider({
    now,
    consent: 'auto',
    oauthExample: { accessTokenSeconds: TOKEN_SECONDS, rotation },
  })
  const names = new Map<string, string>()

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

  async function namesIn(response: Response): Promise<string> {
    if (!response.headers.get('content-type')?.includes('json')) return ''
    const tokens = (await response.clone().json()) as Record<string, unknown>
    const { access_token: access, refresh_token: refresh } = tokens
    if (!access) return ''
    return ` ${nameOf(access, 'access-')} ${refresh ? nameOf(refresh, 'refresh-') : ''}`
  }

  return {
    grants: () => provider.control.oauthExample.grants(),
    clients: () => stillness.track(provider.clients()),
    nameOf: (token: string) => names.get(token) ?? 'a token that was never issued',

    /** What an isolate reaches the provider with: the way there is one step, and the way back is one. */
    fetchFor:
      (isolate: string) =>
      async (url: string, init: RequestInit): Promise<Response> => {
        const label = `${isolate}: ${describe(url, init)}`
        await scheduler.pass(label)
        const answered = provider.fetch(new Request(url, { redirect: 'manual', ...init }))
        const response = await stillness.track(answered)
        const tokens = await stillness.track(namesIn(response))
        await scheduler.pass(`${label} answers ${response.status}${tokens}`)
        return response
      },

    /** Signs in and allows; returns where that leads. */
    consent: (location: string, user: string): Promise<string> =>
      stillness.track(provider.consent(`${location}&login_hint=${user}`)),

    /** Whether the provider takes this access token now. */
    async isLive(token: string): Promise<boolean> {
      const { id, secret } = EXAMPLE_CLIENT
      const basic = [id, secret].map(encodeURIComponent).join(':')
      const request = new Request('https://oauth.example/introspect', {
        method: 'POST',
        headers: { authorization: `Basic ${btoa(basic)}`, 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({ token }).toString(),
      })
      const response = await stillness.track(provider.fetch(request))
      const { active } = (await stillness.track(response.json())) as { active?: boolean }
      return active === true
    },
  }
}

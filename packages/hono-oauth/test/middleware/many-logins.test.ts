import { createHash } from 'node:crypto'
import { memoryStore } from 'hono-oauth/stores/memory'
import { describe, expect, it } from 'vitest'
import { exampleApp, exampleOAuth } from '../rotation/example-app.ts'
import { CLIENT, exampleProvider } from '../rotation/rig.ts'
import { Browser } from '../support/browser.ts'
import { KEY } from '../support/rig.ts'

const LOGINS = 10_000
const FINISHED = 20
const LOGIN = '/auth/example/login?return_to=/after-it'

/** An app in front of a provider that insists on PKCE, and the verifiers that it was sent. */
function setup() {
  const provider = exampleProvider()
  const verifiers: string[] = []
  const oauth = exampleOAuth<object>({
    keys: () => KEY,
    client: () => CLIENT,
    store: () => memoryStore(),
    now: Date.now,
    config: {
      fetch(url, init) {
        const form = new URLSearchParams(String(init.body))
        verifiers.push(...form.getAll('code_verifier'))
        return provider.fetch(new Request(url, init))
      },
    },
  })
  const app = exampleApp(oauth)
  return { app, provider, verifiers }
}

/** All that a state could say to whoever decodes it. */
const decoded = (state: string) => state + Buffer.from(state, 'base64url').toString('latin1')

describe('ten thousand logins', () => {
  it('ask for a code, each with a state and a challenge that no other one has', async () => {
    const { app } = setup()
    const [states, challenges] = [new Set<string>(), new Set<string>()]
    for (let count = 0; count < LOGINS; count++) {
      const { headers } = await app.request(LOGIN, { headers: { 'x-user': 'ada' } })
      const { searchParams } = new URL(headers.get('location') ?? '')
      expect(searchParams.getAll('response_type')).toEqual(['code'])
      expect(searchParams.getAll('code_challenge_method')).toEqual(['S256'])
      const [state = '', challenge = ''] = ['state', 'code_challenge'].map(
        (name) => searchParams.get(name) ?? '',
      )
      expect(challenge).toMatch(/^[\w-]{43}$/)
      expect(state).toMatch(/^[\w-]{43,}$/)
      expect(decoded(state)).not.toMatch(/after-it|example|https?:/)
      states.add(state)
      challenges.add(challenge)
    }
    expect([states.size, challenges.size]).toEqual([LOGINS, LOGINS])
  })

  it('end with the verifier of their own challenge, used for one of them', async () => {
    const { app, provider, verifiers } = setup()
    for (let count = 0; count < FINISHED; count++) {
      const browser = new Browser(async (url, init) => app.request(url, init), Date.now)
      const headers = { 'x-user': `user-${count}` }
      const started = await browser.request(LOGIN, { headers })
      const page = started.headers.get('location') ?? ''
      const consent = await provider.fetch(new Request(page))
      const landed = await browser.request(consent.headers.get('location') ?? '', { headers })
      expect(landed.headers.get('location')).toBe('/after-it')
      const verifier = verifiers.at(-1) ?? ''
      expect(verifier).toMatch(/^[\w.~-]{43,128}$/)
      expect(createHash('sha256').update(verifier).digest('base64url')).toBe(
        new URL(page).searchParams.get('code_challenge'),
      )
    }
    expect(new Set(verifiers).size).toBe(FINISHED)
    expect(verifiers).toHaveLength(FINISHED)
  })
})

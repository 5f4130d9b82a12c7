import { Hono } from 'hono'
import { createOAuth } from 'hono-oauth'
import { memoryStore } from 'hono-oauth/stores/memory'
import { describe, expect, it } from 'vitest'
import { example } from '../rotation/example-app.ts'
import { CLIENT, exampleProvider } from '../rotation/rig.ts'
import { KEY } from '../support/rig.ts'

const LOCAL = 'http://localhost:8787'

/** Logs in at an app of this origin, and returns what cookies were set on the way. */
async function cookiesOf(origin: string): Promise<string[]> {
  const redirectUris = [`${origin}/auth/example/callback`]
  const provider = exampleProvider({ oauthExample: { clients: [{ ...CLIENT, redirectUris }] } })
  const oauth = createOAuth(() => ({
    origin,
    keys: KEY,
    providers: { example: example(CLIENT) },
    store: memoryStore(),
    fetch: (url, init) => provider.fetch(new Request(url, init)),
  }))
  const app = new Hono().route('/auth', oauth.routes)
  app.get('/token', oauth.require('example'), (c) => c.text('connected'))
  const login = await app.request(`${origin}/auth/example/login`)
  const [transaction = ''] = login.headers.getSetCookie()
  const consent = await provider.fetch(new Request(login.headers.get('location') ?? ''))
  const callback = consent.headers.get('location') ?? ''
  const pairOf = (line: string) => line.split(';')[0] ?? ''
  const landed = await app.request(callback, { headers: { cookie: pairOf(transaction) } })
  expect(landed.status).toBe(303)
  const lines = landed.headers.getSetCookie()
  const session = lines.find((line) => line.includes('oauth-session-example=')) ?? ''
  const used = await app.request(`${origin}/token`, { headers: { cookie: pairOf(session) } })
  expect(used.status).toBe(200)
  return [transaction, ...lines]
}

describe('cookies', () => {
  it('carry neither Secure nor its prefix on http, where some browsers would not keep them', async () => {
    for (const line of await cookiesOf(LOCAL)) {
      expect(line).toMatch(/^oauth-(tx-[0-9a-z]+-[\w-]{16}|session-example)=/)
      expect(line).toMatch(/; HttpOnly/)
      expect(line).toMatch(/; SameSite=Lax/)
      expect(line).not.toMatch(/Secure|Domain/)
    }
  })

  it.each(['https://app.example', 'https://localhost:8787'])(
    'carry both everywhere else: %s',
    async (origin) => {
      for (const line of await cookiesOf(origin)) {
        expect(line).toMatch(/^__Host-oauth-/)
        expect(line).toMatch(/; Secure/)
      }
    },
  )

  it('of one kind are none of the other', async () => {
    const oauth = createOAuth(() => ({
      origin: LOCAL,
      keys: KEY,
      providers: { example: example(CLIENT) },
      store: memoryStore(),
    }))
    const app = new Hono().route('/auth', oauth.routes)
    const login = await app.request(`${LOCAL}/auth/example/login`)
    const [pair = ''] = (login.headers.getSetCookie()[0] ?? '').split(';')
    const state = new URL(login.headers.get('location') ?? '').searchParams.get('state')
    const callback = `${LOCAL}/auth/example/callback?code=x&state=${state}`
    const headers = { cookie: `__Host-${pair}`, accept: 'application/json' }
    const refused = await app.request(callback, { headers })
    expect([refused.status, await refused.json()]).toMatchObject([
      400,
      { code: 'transaction_unknown' },
    ])
  })
})

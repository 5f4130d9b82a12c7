import { Hono } from 'hono'
import { createOAuth } from 'hono-oauth'
import { memoryStore } from 'hono-oauth/stores/memory'
import { describe, expect, it } from 'vitest'
import { ORIGIN } from '../rig/constants.ts'
import { MINIMAL } from '../rig/minimal.ts'
import { expectRefusal } from '../rig/oracles.ts'
import { CLIENT, createProvider } from '../rig/provider.ts'

const LOCAL = 'http://localhost:8787'
const pairOf = (line = '') => line.split(';')[0] ?? ''

/** An app of this origin, before a provider that knows it. */
function setup(origin: string) {
  const clients = [{ ...CLIENT, redirectUris: [`${origin}/auth/webflow/callback`] }]
  const provider = createProvider({ webflow: { clients } })
  const fetch = (url: string, init: RequestInit) => provider.fetch(new Request(url, init))
  const store = memoryStore()
  const oauth = createOAuth(() => ({ ...MINIMAL, origin, store, fetch }))
  const app = new Hono().route('/auth', oauth.routes)
  app.get('/use', oauth.require('webflow'), (c) => c.text('connected'))
  const get = (url: string, cookie = '') =>
    app.request(new URL(url, origin).href, { headers: { cookie, accept: 'application/json' } })
  return { provider, get }
}

/** Logs in, and returns what cookies were set on the way. */
async function cookiesOf(origin: string): Promise<string[]> {
  const { provider, get } = setup(origin)
  const login = await get('/auth/webflow/login')
  const [transaction = ''] = login.headers.getSetCookie()
  const callback = await provider.consent(login.headers.get('location') ?? '')
  const landed = await get(callback, pairOf(transaction))
  expect(landed.status).toBe(303)
  const lines = landed.headers.getSetCookie()
  const session = lines.find((line) => line.includes('oauth-session-webflow='))
  expect((await get('/use', pairOf(session))).status).toBe(200)
  return [transaction, ...lines]
}

describe('cookies', () => {
  it('carry neither Secure nor its prefix on http, where some browsers would not keep them', async () => {
    for (const line of await cookiesOf(LOCAL)) {
      expect(line).toMatch(/^oauth-(tx-[0-9a-z]+-[\w-]{16}|session-webflow|notice)=/)
      expect(line).toMatch(/; HttpOnly.*; SameSite=Lax/)
      expect(line).not.toMatch(/Secure|Domain/)
    }
  })

  it.each([ORIGIN, 'https://localhost:8787'])('carry both everywhere else: %s', async (origin) => {
    for (const line of await cookiesOf(origin)) expect(line).toMatch(/^__Host-oauth-.*; Secure/)
  })

  it('of one kind are none of the other', async () => {
    const { get } = setup(LOCAL)
    const login = await get('/auth/webflow/login')
    const state = new URL(login.headers.get('location') ?? '').searchParams.get('state')
    const cookie = `__Host-${pairOf(login.headers.getSetCookie()[0])}`
    const refused = await get(`/auth/webflow/callback?code=x&state=${state}`, cookie)
    await expectRefusal(refused, 400, 'transaction_unknown')
  })
})

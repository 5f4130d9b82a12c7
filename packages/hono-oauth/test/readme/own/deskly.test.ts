import { Hono } from 'hono'
import { createOAuth } from 'hono-oauth'
import { memoryStore } from 'hono-oauth/stores/memory'
import { fakeClock } from 'hono-oauth/testing'
import { describe, expect, it } from 'vitest'
import { deskly } from './deskly.ts'

const ORIGIN = 'https://app.example'
const HOURS = 3600
const GRANT = { ok: true, expires_in: 2 * HOURS, workspace: { id: 4711, title: 'Acme' }, agent: { id: 7 } }

/** An app with one visitor, and Deskly as its page describes it. */
function setup() {
  const clock = fakeClock()
  const sent: string[] = []
  let refreshed = 0

  async function fetchDeskly(url: string, init: RequestInit): Promise<Response> {
    const request = new Request(url, init)
    const { pathname } = new URL(url)
    sent.push(`${request.method} ${pathname}`)
    if (pathname === '/api/tickets') return Response.json({ seen: request.headers.get('x-deskly-token') })
    if (request.method === 'DELETE') return Response.json({ ok: true })
    const { code, refresh_token: refreshToken } = (await request.json()) as Record<string, string>
    if (code === 'good') return Response.json({ ...GRANT, access_token: 'dk-0', refresh_token: 'dkr-0' })
    if (refreshToken !== `dkr-${refreshed}`) return Response.json({ ok: false, reason: 'code_expired' })
    refreshed++
    return Response.json({ ...GRANT, access_token: `dk-${refreshed}`, refresh_token: `dkr-${refreshed}` })
  }

  const key = btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(32))))
  const store = memoryStore({ now: clock.now })
  const oauth = createOAuth(() => ({
    origin: ORIGIN,
    keys: key,
    providers: { deskly: deskly({ clientId: 'app-1', clientSecret: 'secret-1' }) },
    store,
    fetch: fetchDeskly,
    now: clock.now,
  }))
  const app = new Hono()
  app.route('/auth', oauth.routes)
  app.get('/tickets', oauth.require('deskly'), async (c) => {
    const answer = await c.var.connection.fetch('/api/tickets')
    const { workspace, agentId } = c.var.connection.details
    return c.json({ answer: await answer.json(), workspace, agentId })
  })
  app.post('/disconnect', oauth.require('deskly'), async (c) => c.text(await c.var.connection.revoke()))

  const cookies = new Map<string, string>()
  async function visit(path: string, method = 'GET'): Promise<Response> {
    const cookie = [...cookies].map((pair) => pair.join('=')).join('; ')
    const response = await app.request(`${ORIGIN}${path}`, { method, headers: { cookie } })
    for (const line of response.headers.getSetCookie()) {
      const [name = '', value = ''] = (line.split(';')[0] ?? '').split(/=(.*)/s)
      cookies.set(name, value)
    }
    return response
  }
  async function login(code: string): Promise<Response> {
    const started = await visit('/auth/deskly/login?workspace=acme&return_to=/tickets')
    const { searchParams } = new URL(started.headers.get('location') ?? '')
    return visit(`/auth/deskly/callback?state=${searchParams.get('state')}&code=${code}`)
  }
  return { clock, sent, visit, login }
}

describe('deskly', () => {
  it('connects, calls, renews and disconnects', async () => {
    const { clock, sent, visit, login } = setup()
    const connected = await login('good')
    expect(connected.headers.get('location')).toBe('/tickets')
    const told = { workspace: 'acme', agentId: '7' }
    expect(await (await visit('/tickets')).json()).toEqual({ answer: { seen: 'dk-0' }, ...told })
    clock.advance(2 * HOURS)
    expect(await (await visit('/tickets')).json()).toEqual({ answer: { seen: 'dk-1' }, ...told })
    expect(await (await visit('/disconnect', 'POST')).text()).toBe('revoked')
    expect(sent.at(-1)).toBe('DELETE /api/token')
    expect((await visit('/tickets')).status).toBe(401)
  })

  it('stores nothing after a code that Deskly refuses with 200', async () => {
    const { visit, login } = setup()
    const refused = await login('old')
    expect(await refused.json()).toMatchObject({ code: 'code_rejected' })
    expect((await visit('/tickets')).status).toBe(401)
  })

  it.each(['', '?workspace=', '?workspace=evil.example/x'])('starts no login for %j', async (query) => {
    const { visit } = setup()
    const refused = await visit(`/auth/deskly/login${query}`)
    expect(await refused.json()).toMatchObject({ code: 'login_parameter_invalid' })
  })
})

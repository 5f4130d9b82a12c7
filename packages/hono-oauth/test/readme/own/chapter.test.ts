import { readdirSync, readFileSync } from 'node:fs'
import { Hono } from 'hono'
import { createOAuth, type Provider, type Store } from 'hono-oauth'
import { memoryStore } from 'hono-oauth/stores/memory'
import { fakeClock } from 'hono-oauth/testing'
import { describe, expect, it } from 'vitest'
import { Browser } from '../../rig/browser.ts'
import { KEY, ORIGIN } from '../../rig/constants.ts'
import { beacon } from './beacon.ts'
import { deskly } from './deskly.ts'
import { desklySandbox } from './deskly-sandbox.ts'

const HERE = new URL('./', import.meta.url)
const chapter = readFileSync(new URL('../../../docs/write-a-provider.md', HERE), 'utf8')
const blocksOf = (language: string) =>
  [...chapter.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(([, code = '']) => code)
const files = readdirSync(HERE).filter((name) => name.endsWith('.ts') && name !== 'chapter.test.ts')
const sources = new Map(files.map((name) => [name, readFileSync(new URL(name, HERE), 'utf8')]))

const HEADERS = ['content-type', 'authorization', 'x-deskly-token', 'deskly-version']

/** A request as the chapter prints it: what a login makes by chance is left out. */
async function print(request: Request): Promise<string> {
  const { origin, pathname, searchParams } = new URL(request.url)
  const query = [...searchParams].map(([name, value]) => `${name}=${name === 'state' ? '…' : value}`)
  const lines = query.map((text, index) => `  ${index === 0 ? '?' : '&'}${text}`)
  const headers = HEADERS.flatMap((name) => {
    const value = request.headers.get(name)
    return value === null ? [] : [`${name}: ${value}`]
  })
  const body = await request.text()
  const pretty = body && `\n${JSON.stringify(JSON.parse(body), null, 2)}\n`
  return `${[`${request.method} ${origin}${pathname}`, ...lines, ...headers].join('\n')}\n${pretty}`
}

type Answer = (body: Record<string, string>) => object
const GRANT: Answer = ({ refresh_token: refreshToken }) => ({
  ok: true,
  access_token: refreshToken ? 'dk-2' : 'dk-1',
  refresh_token: refreshToken ? 'dkr-2' : 'dkr-1',
  expires_in: 7200,
  workspace: { id: 4711, title: 'Acme' },
  agent: { id: 7 },
})

/** An app with one provider, and one visitor; the answers by method and path. */
function setup(
  name: string,
  provider: Provider<never> | Provider,
  answers: Record<string, Answer | Response>,
  store?: Store,
) {
  const clock = fakeClock()
  const sent: string[] = []
  const oauth = createOAuth(() => ({
    origin: ORIGIN,
    keys: KEY,
    providers: { [name]: provider as Provider },
    store: store ?? memoryStore({ now: clock.now }),
    now: clock.now,
    fetch: async (url, init) => {
      const request = new Request(url, init)
      sent.push(await print(request.clone()))
      const body = await request.text()
      const answer = answers[`${request.method} ${new URL(url).pathname}`]
      if (answer instanceof Response) return answer.clone()
      return Response.json(answer?.(body ? JSON.parse(body) : {}) ?? {})
    },
  }))
  const app = new Hono()
  app.route('/auth', oauth.routes)
  app.get('/use', oauth.require(name), async (c) => c.var.connection.fetch(c.req.query('path') ?? '/api/tickets'))
  app.get('/end', oauth.require(name), async (c) => c.text(await c.var.connection.revoke()))
  const browser = new Browser(async (url, init) => app.request(url, init), clock.now)

  async function begin(query: string): Promise<URL> {
    const started = await browser.navigate(`/auth/${name}/login${query}`)
    const to = new URL(started.headers.get('location') ?? '')
    sent.push(await print(new Request(to)))
    return to
  }
  return { clock, sent, browser, begin }
}

describe('write-a-provider.md', () => {
  it('shows code that is compiled and run, and all of it', () => {
    const blocks = blocksOf('ts')
    expect(blocks.length).toBeGreaterThan(8)
    for (const block of blocks) {
      const holders = [...sources].filter(([, source]) => source.includes(block))
      expect(holders, block).toHaveLength(1)
    }
    const shown = new Set(blocks.flatMap((block) => block.split('\n')))
    for (const [name, source] of sources) {
      const hidden = source.split('\n').filter((line) => line !== '' && !shown.has(line))
      expect(hidden, name).toEqual([])
    }
  })

  it('prints the requests that the presets make', async () => {
    const printed: string[] = []
    for (const [preset, host] of [
      [deskly, 'deskly.example'],
      [desklySandbox, 'deskly-sandbox.example'],
    ] as const) {
      const provider = preset({ clientId: 'app-1', clientSecret: 'secret-1' })
      const field = setup('deskly', provider, {
        'POST /api/token': GRANT,
        'GET /api/tickets': () => ({ ok: true, tickets: [] }),
        'DELETE /api/token': () => ({ ok: true }),
      })
      const to = await field.begin('?workspace=acme')
      expect(to.host).toBe(`acme.${host}`)
      await field.browser.navigate(`/auth/deskly/callback?state=${to.searchParams.get('state')}&code=c-1`)
      await field.browser.request('/use')
      field.clock.advance(7200)
      await field.browser.request('/use')
      expect(await (await field.browser.request('/end')).text()).toBe('revoked')
      printed.push(...field.sent)
    }
    for (const block of blocksOf('http').filter((text) => text.includes('deskly'))) expect(printed).toContain(block)
  })

  it.each([
    ['token_dead', 'needs_reauth'],
    ['scope_missing', 'insufficient_scope'],
    ['ticket_unknown', '200'],
  ])('reads %s of an API that answers 200', async (reason, code) => {
    const field = setup('deskly', deskly({ clientId: 'app-1', clientSecret: 'secret-1' }), {
      'POST /api/token': ({ refresh_token: refreshToken }) =>
        refreshToken ? { ok: false, reason: 'refresh_revoked' } : GRANT({}),
      'GET /api/tickets': () => ({ ok: false, reason, needed: 'tickets:write' }),
    })
    const to = await field.begin('?workspace=acme')
    await field.browser.navigate(`/auth/deskly/callback?state=${to.searchParams.get('state')}&code=c-1`)
    const answer = await field.browser.request('/use')
    const body = (await answer.json()) as { code?: string }
    expect(body.code ?? String(answer.status)).toBe(code)
  })

  it('has a provider of its own that connects, renews and ends', async () => {
    const provider = beacon({ appId: 'app-1', appSecret: 'secret-1' })
    let count = 0
    const answers = {
      'POST /keys': () => ({ key: `k-${++count}`, minutes: 60, name: 'Acme' }),
      'GET /visits': () => ({ visits: 3 }),
    }
    const field = setup('beacon', provider, answers)
    const to = await field.begin('')
    const state = to.searchParams.get('state') ?? ''
    const encoder = new TextEncoder()
    const algorithm = { name: 'HMAC', hash: 'SHA-256' }
    const key = await crypto.subtle.importKey('raw', encoder.encode('secret-1'), algorithm, false, ['sign'])
    const bytes = new Uint8Array(await crypto.subtle.sign('HMAC', key, encoder.encode(`s-9.${state}`)))
    const signature = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')
    const back = `/auth/beacon/callback?state=${state}&site=s-9&signature=`
    const other = await field.begin('')
    const forged = await field.browser.navigate(
      `/auth/beacon/callback?state=${other.searchParams.get('state')}&site=s-9&signature=${signature}`,
    )
    expect([forged.status, count]).toEqual([400, 0])
    expect((await field.browser.navigate(back + signature)).status).toBe(303)
    const use = async () => (await field.browser.request('/use?path=/visits')).status
    expect(await use()).toBe(200)
    field.clock.advance(3600)
    expect([await use(), count]).toEqual([200, 2])
    for (const block of blocksOf('http').filter((text) => text.includes('beacon'))) expect(field.sent).toContain(block)
    expect(await (await field.browser.request('/end')).text()).toBe('deleted_only')
    const again = await field.begin('')
    expect(again.origin).toBe('https://beacon.example')
  })
})

import { context } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { beforeAll, beforeEach, expect, it } from 'vitest'
import { Browser } from '../rig/browser.ts'
import { LIFETIME, SCRIPT } from '../rig/constants.ts'
import { gate } from '../rig/gate.ts'
import { readJson } from '../rig/read-json.ts'
import type { Recorded } from '../rig/recorder.ts'
import { describeOnHosts } from '../rig/suite.ts'

// https://opentelemetry.io/docs/specs/semconv/http/http-metrics/#metric-httpclientrequestduration
const BOUNDARIES = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10]

// workerd has no Node compatibility here, and so no context manager.
beforeAll(() => void context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable()))

/** A span in one line: what it is in, its name, and how it ended. */
function lineOf({ name, kind, attributes, status, events, links, ended, parent }: Recorded['spans'][number]): string {
  expect([ended, events, links, status.message]).toEqual([true, [], [], undefined])
  expect(kind).toBe(name.startsWith('hono_oauth.') ? 'INTERNAL' : 'CLIENT')
  expect(status.code).toBe(attributes['error.type'] === undefined ? 'UNSET' : 'ERROR')
  const about = attributes['hono_oauth.provider'] ?? attributes['server.address']
  const end = [attributes['http.response.status_code'], attributes['error.type']].filter((each) => each !== undefined)
  return [parent && `${parent} >`, name, about, ...end].filter(Boolean).join(' ').replaceAll('hono_oauth.', '')
}

describeOnHosts('OpenTelemetry', (on) => {
  const recorded = async () => (await on.rig.place.ran()).recorded as Recorded
  /** The lines of the spans since it was last called; a host without a context manager has no parents. */
  let seen = 0
  beforeEach(() => {
    seen = 0
    return on.rig.restart({ isRecorded: true, steady: true })
  })
  async function spans(): Promise<string[]> {
    const lines = (await recorded()).spans.slice(seen).map(lineOf)
    seen += lines.length
    return lines
  }
  const within = (parent: string, line: string) => (on.rig.place.isInProcess ? `${parent} > ${line}` : line)
  const use = (browser: Browser, name: string) => browser.request(`/s/use/${name}`, { headers: SCRIPT })
  const grant = () => on.rig.provider.control.oauthExample.grants().at(-1)
  const fail = (scenario: string, times?: number) =>
    on.rig.provider.control.setScenario('oauth.example', scenario, times)

  it.each(['ex-memory', 'ex-object'] as const)('tells the whole life of a connection: %s', async (name) => {
    const { rig } = on
    const browser = await rig.connected(name)
    const [connection] = await rig.connections(browser)
    expect(await spans()).toEqual([
      `login ${name}`,
      `callback ${name}`,
      within('callback', 'POST oauth.example 200'),
      within('callback', 'GET oauth.example 200'),
    ])
    expect((await use(browser, name)).status).toBe(200)
    expect(await spans()).toEqual(['GET oauth.example 200'])

    await rig.advance(LIFETIME + 1)
    const answers = await Promise.all([use(browser, name), use(browser, name)])
    expect(answers.map(({ status }) => status)).toEqual([200, 200])
    expect(await spans()).toEqual([
      `renewal ${name}`,
      within('renewal', 'POST oauth.example 200'),
      'GET oauth.example 200',
      'GET oauth.example 200',
    ])

    const answer = browser.request(`/auth/connections/${connection?.id}/revoke`, { method: 'POST', headers: SCRIPT })
    expect(await readJson(answer)).toEqual({ outcome: 'revoked' })
    const revocation = within('revocation', 'POST oauth.example 200')
    expect(await spans()).toEqual([
      `disconnect ${name}`,
      within('disconnect', `revocation ${name}`),
      revocation,
      revocation,
    ])
  })

  it('tells one renewal with each of its attempts, and why it failed', async () => {
    await on.rig.restart({ isRecorded: true, steady: true, haste: 20 })
    const browser = await on.rig.ended('ex-memory')
    await spans()
    fail('token-endpoint-503')
    expect((await use(browser, 'ex-memory')).status).toBe(503)
    const attempt = within('renewal', 'POST oauth.example 503 503')
    expect(await spans()).toEqual(['renewal ex-memory provider_unavailable', attempt, attempt, attempt])
  })

  it('tells the end of a grant, and of the app as a client', async () => {
    for (const [act, status, code] of [
      [() => on.rig.provider.control.oauthExample.revokeGrant(grant()?.id ?? ''), 400, 'needs_reauth'],
      [() => fail('token-endpoint-invalid-client'), 401, 'client_rejected'],
    ] as const) {
      const browser = await on.rig.ended('ex-memory')
      await spans()
      act()
      await use(browser, 'ex-memory')
      const lines = [`renewal ex-memory ${code}`, within('renewal', `POST oauth.example ${status} ${status}`)]
      expect(await spans()).toEqual(lines)
      const attributes = {
        'hono_oauth.operation': 'renewal',
        'hono_oauth.provider': 'ex-memory',
        'error.type': code,
      }
      const { points } = (await recorded()).metrics[1] ?? {}
      expect(points).toContainEqual({ attributes, value: expect.objectContaining({ count: 1 }) })
    }
  })

  it('tells a login that came to nothing, once the person is back', async () => {
    const browser = on.rig.browser()
    await browser.navigate((await on.rig.login(browser, '/auth/ex-memory/login', [['decision', 'deny']])).href)
    expect(await spans()).toEqual(['login ex-memory', 'callback ex-memory access_denied'])
    await browser.navigate('/auth/ex-memory/callback?code=stolen-code&state=strange-state')
    await browser.navigate('/auth/name-of-a-visitor/callback?code=stolen-code')
    expect(await spans()).toEqual(['callback ex-memory transaction_unknown'])
  })

  it('tells a callback twice that shows a page first', async () => {
    const { rig } = on
    await rig.restart({ isRecorded: true, haste: 10, timeoutMs: 1_000_000 })
    const release = gate(rig, 'before', () => Response.json({ error: 'invalid_grant' }, { status: 400 }))
    const browser = new Browser((url, init) => rig.place.send(url, init), rig.now)
    const callback = await rig.login(browser, '/auth/ex-memory/login')
    const page = await browser.navigate(callback.href)
    release()
    const [, link = ''] = /<a href="([^"]+)">Go on</.exec(await page.text()) ?? []
    await browser.navigate(new URL(link.replaceAll('&amp;', '&'), callback).href, { 'sec-fetch-site': 'same-origin' })
    expect(await spans()).toEqual([
      'login ex-memory',
      'callback ex-memory',
      within('callback', 'POST oauth.example 400 400'),
      'callback ex-memory code_rejected',
    ])
  })

  it('tells webhooks, and which are forged', async () => {
    const { headers, body } = await on.rig.provider.control.buildWebhook({ provider: 'webflow', event: 'site_publish' })
    const post = (text: string) =>
      on.rig.browser().request('/auth/webflow/webhook', { method: 'POST', headers: { ...headers }, body: text })
    expect((await post(body)).status).toBe(200)
    expect((await post(`${body} `)).status).toBe(401)
    expect(await spans()).toEqual(['webhook webflow', 'webhook webflow webhook_unverified'])
  })

  it('tells a timeout', async () => {
    await on.rig.restart({ isRecorded: true, timeoutMs: 100 })
    const browser = on.rig.browser()
    const callback = await on.rig.login(browser, '/auth/ex-memory/login')
    const release = gate(on.rig, 'before')
    expect((await browser.navigate(callback.href)).status).toBe(504)
    release()
    const lines = ['login ex-memory', 'callback ex-memory provider_timeout']
    expect(await spans()).toEqual([...lines, within('callback', 'POST oauth.example provider_timeout')])
  })

  it('tells nothing of the person and of the address, and no secret', async () => {
    const browser = on.rig.browser()
    const callback = await on.rig.login(browser, '/auth/ex-memory/login?return_to=/page-of-the-app')
    await browser.navigate(callback.href)
    const [connection] = await on.rig.connections(browser)
    const url = encodeURIComponent('/api/path-of-the-app?query=query-of-the-app')
    expect((await browser.request(`/s/fetch/ex-memory?url=${url}`)).status).toBe(404)
    const told = JSON.stringify(await recorded())
    expect(told).toContain('"http.response.status_code":404')
    const { id = '', account } = connection ?? {}
    for (const text of [callback.searchParams.get('state'), id, id.split('.')[1], account?.id, account?.name]) {
      expect(text).toBeTruthy()
      expect(told).not.toContain(text)
    }
    expect(told).not.toMatch(/of-the-app/)
  })

  it('follows the semantic conventions', async () => {
    await on.rig.connected('ex-memory')
    const { spans, metrics } = await recorded()
    const request = { 'http.request.method': 'POST', 'server.address': 'oauth.example', 'server.port': 443 }
    const operation = { 'hono_oauth.operation': 'callback', 'hono_oauth.provider': 'ex-memory' }
    expect(spans.find(({ name }) => name === 'POST')?.attributes).toEqual({
      ...request,
      'url.full': 'https://oauth.example/REDACTED',
      'http.response.status_code': 200,
    })
    expect(spans.find(({ name }) => name === 'hono_oauth.callback')?.attributes).toEqual(operation)
    const value = expect.objectContaining({ count: 1, buckets: expect.objectContaining({ boundaries: BOUNDARIES }) })
    expect(metrics).toEqual([
      {
        name: 'http.client.request.duration',
        unit: 's',
        type: 'HISTOGRAM',
        points: [
          { attributes: { ...request, 'http.response.status_code': 200 }, value },
          { attributes: { ...request, 'http.request.method': 'GET', 'http.response.status_code': 200 }, value },
        ],
      },
      {
        name: 'hono_oauth.operation.duration',
        unit: 's',
        type: 'HISTOGRAM',
        points: [
          { attributes: { ...operation, 'hono_oauth.operation': 'login' }, value },
          { attributes: operation, value },
        ],
      },
    ])
  })
})

import { afterEach, expect, it, vi } from 'vitest'
import appUsers from '../examples/app-users.ts'
import background from '../examples/background.ts'
import rotation from '../examples/change-a-key.ts'
import mcp from '../examples/mcp.ts'
import { oauth as observed } from '../examples/observe.ts'
import several from '../examples/several.ts'
import start from '../examples/start.ts'
import { Hono } from 'hono'
import { makeEnv, ORIGIN, openBrowser } from './open-browser.ts'

const bearer = { headers: { authorization: 'Bearer token-of-ada' } }

const context = { waitUntil: () => undefined, passThroughOnException: () => undefined, props: {} }

afterEach(() => {
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})

it('start: connects, calls the API, and disconnects', async () => {
  const { browser, emulator } = openBrowser(start)
  expect(await (await browser.open('/')).text()).toContain('Connect GitHub')
  const page = await (await browser.click('/auth/github/login?return_to=/')).text()
  expect(page).toContain('Connected as Ada Lovelace.')
  expect(await (await browser.open('/profile')).json()).toMatchObject({ login: 'ada' })
  const [, action = ''] = /action="([^"]+)"/.exec(page) ?? []
  await browser.open('/')
  const after = await browser.submit(action, { return_to: '/' })
  expect(await after.text()).toContain('Connect GitHub')
  expect(emulator.control.personality('github').grants()).toMatchObject([{ liveAccessTokens: 0 }])
})

it('start: says in words that a scope was not granted', async () => {
  const { browser, emulator } = openBrowser(start)
  emulator.control.setScenario('github', 'authorize-with-fewer-scopes', 1)
  await browser.open('/auth/github/login?return_to=/')
  const refused = await browser.fetch('/profile', { headers: { accept: 'application/json' } })
  expect([refused.status, ((await refused.json()) as { code: string }).code]).toEqual([403, 'insufficient_scope'])
})

it('start: a person whose access was withdrawn, or whose provider is down, reads one sentence', async () => {
  const { browser, emulator } = openBrowser(start)
  await browser.open('/auth/github/login?return_to=/')
  emulator.control.setScenario('github', 'api-500', 1)
  const down = await browser.open('/profile')
  expect([down.status, await down.text()]).toEqual([502, 'GitHub answered 500.'])
  expect((await browser.open('/profile')).status).toBe(200)

  const github = emulator.control.personality('github')
  github.revokeGrant(github.grants()[0]?.id ?? '')
  const page = await browser.open('/profile')
  expect([page.status, await page.text()]).toEqual([401, expect.stringContaining('>Connect again</a>')])
})

it('several: lists the accounts, and uses the chosen one', async () => {
  const { browser } = openBrowser(several)
  await browser.open('/auth/github/login?return_to=/accounts')
  const [account] = (await (await browser.open('/accounts')).json()) as { id: string; health: string }[]
  expect(account).toMatchObject({ health: 'active' })
  expect((await browser.open(`/accounts/${account?.id}/repos`)).status).toBe(200)
  expect((await browser.open('/accounts/github.a.b/repos')).status).toBe(401)
})

/** Connects GitHub for ada, in a browser that sends no bearer token by itself. */
async function connectAda(app: typeof appUsers | typeof mcp, url: string, env = makeEnv()) {
  const opened = openBrowser(app as typeof start, env)
  const page = await opened.browser.open(url)
  const [, link = ''] = /href="([^"]*)">Connect</.exec(await page.text()) ?? []
  await opened.browser.click(link.replaceAll('&amp;', '&'))
  return opened
}

it('app users: 401 without a user, and the connections of one with', async () => {
  const { browser, env } = openBrowser({ fetch: (request) => appUsers.fetch(withAda(request), env) })
  await browser.open('/auth/github/login?return_to=/repos')
  expect(browser.url).toBe(`${ORIGIN}/repos`)
  expect((await appUsers.request('/repos', bearer, env)).status).toBe(200)
  expect((await appUsers.request('/repos', {}, env)).status).toBe(401)

  const log = vi.spyOn(console, 'log').mockReturnValue()
  await background.scheduled({} as never, env, context as never)
  expect(log).toHaveBeenCalledWith('ada', expect.any(Number))
})

function withAda(request: Request): Request {
  const copy = new Request(request)
  copy.headers.set('authorization', 'Bearer token-of-ada')
  return copy
}

it('mcp: tells the URL that connects, and then the repositories', async () => {
  const env = makeEnv()
  const ask = async (method: string) => {
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: { protocolVersion: '2025-11-25' } })
    const answer = await mcp.request(`${ORIGIN}/mcp`, { method: 'POST', body, ...bearer }, env)
    return (await answer.json()) as { result: { content: { text: string }[] }; error?: { code: number } }
  }
  const text = async () => (await ask('tools/call')).result.content[0]?.text ?? ''
  expect((await mcp.request('/mcp', { method: 'POST', body: '{}' }, env)).status).toBe(401)
  expect((await ask('initialize')).result).toMatchObject({ protocolVersion: '2025-11-25' })
  expect((await ask('tools/list')).result).toMatchObject({ tools: [{ name: 'list_repositories' }] })
  expect((await ask('prompts/list')).error?.code).toBe(-32601)

  const { browser } = await connectAda(mcp, /https?:\S+/.exec(await text())?.[0] ?? '', env)
  expect(browser.url).toBe(`${ORIGIN}/connected`)
  expect(await text()).toBe('There are no repositories.')
})

it('observe: writes one JSON object for each event, and reminds', async () => {
  const log = vi.spyOn(console, 'log').mockReturnValue()
  const error = vi.spyOn(console, 'error').mockReturnValue()
  const app = new Hono<{ Bindings: Env }>()
  app.route('/auth', observed.routes)
  app.get('/repos', observed.require('github'), async (c) => c.var.connection.fetch('/user/repos'))
  const { browser, emulator } = openBrowser(app)
  await browser.open('/auth/github/login')
  const [grant] = emulator.control.personality('github').grants()
  emulator.control.personality('github').revokeGrant(grant?.id ?? '')
  expect((await browser.open('/repos')).status).toBe(401)
  await vi.waitFor(() => expect(log).toHaveBeenCalledWith(expect.stringContaining('has to log in again')))
  const types = log.mock.calls.flatMap(([line]) => (line.startsWith('{') ? [JSON.parse(line).type] : []))
  expect(types).toEqual(['connected', 'needs_reauth'])

  emulator.control.setScenario('github', 'authorize-denied', 1)
  await browser.open('/auth/github/login')
  expect(JSON.parse(error.mock.calls[0]?.[0])).toMatchObject({ source: 'hono-oauth', code: 'access_denied' })
})

it('change a key: seals what is stored with the new key', async () => {
  const old = makeEnv()
  const { browser, env } = openBrowser(start, old)
  await browser.open('/auth/github/login')
  const log = vi.spyOn(console, 'log').mockReturnValue()
  const both = { ...env, OAUTH_KEYS: `${makeEnv().OAUTH_KEYS},${env.OAUTH_KEYS}` }
  const batch = { messages: [{ body: {} }] }
  await rotation.queue(batch as never, { ...both, ROTATIONS: { send: vi.fn() } } as never)
  expect(log).toHaveBeenCalledWith({ resealed: 1, unchanged: 0, unreadable: 0 })
})

import { readFileSync } from 'node:fs'
import { runInNewContext } from 'node:vm'
import { createBrowser, workersKv } from 'hono-oauth/testing'
import { createEmulator } from 'provider-emulator'
import { expect, it, vi } from 'vitest'
import { env as common } from '../test-env.ts'
import app from './app.ts'

const SPA = 'https://spa.example'
const API = common.PUBLIC_ORIGIN
const TOKEN = 'token-of-ada'
// A double of Workers KV takes one write of a key in a second.
let now = 0
const env = { ...common, TOKENS: workersKv({ now: () => (now += 2000) }).location('here') }
const read = (file: string) => readFileSync(new URL(file, import.meta.url), 'utf8')
const guide = read('../../../docs/pages-elsewhere.md')
const sources = ['./app.ts', './spa.js', './cli.js'].map(read)

it('pages-elsewhere.md shows code that is run', () => {
  const blocks = [...guide.matchAll(/^```(?:ts|js)\n([\s\S]*?)^```$/gm)].map(([, code = '']) => code)
  expect(blocks).toHaveLength(6)
  for (const block of blocks)
    expect(
      sources.some((source) => source.includes(block)),
      block,
    ).toBe(true)
})

/** A browser with a page of the single-page app, or of another one, open. */
async function openBrowser(home = SPA) {
  const emulator = createEmulator({ consent: 'auto' })
  vi.stubGlobal('fetch', (url: string, init: RequestInit) => emulator.fetch(new Request(url, init)))
  const browser = createBrowser({
    origin: API,
    fetch: (request) => app.fetch(request, env),
    providers: (request) => (new URL(request.url).origin === SPA ? new Response('spa') : emulator.fetch(request)),
  })
  await browser.open(home)
  return browser
}

type Browser = Awaited<ReturnType<typeof openBrowser>>

/** The functions of a script, in a page of this browser. */
function load(file: string, globals: object): Record<string, (...args: unknown[]) => Promise<unknown>> {
  const code = read(file).replaceAll('export ', '')
  const names = [...code.matchAll(/^async function (\w+)/gm)].map(([, name]) => name)
  return runInNewContext(`${code}; ({ ${names} })`, { AbortController, console, ...globals })
}

/** Goes on from the page that asks. */
async function confirm(browser: Browser, page: Response): Promise<Response> {
  const text = await page.text()
  expect(text).toContain('Connect webflow to the account of ada?')
  return browser.click(/href="([^"]*)">Connect</.exec(text)?.[1]?.replaceAll('&amp;', '&') ?? '')
}

const headers = { authorization: `Bearer ${TOKEN}` }
async function connectionsOf(browser: Browser): Promise<{ id: string }[]> {
  const answer = await browser.fetch(`${API}/auth/connections`, { headers, credentials: 'include' })
  return ((await answer.json()) as { connections: { id: string }[] }).connections
}

async function disconnectAll(browser: Browser): Promise<void> {
  const fetch = (url: string, init: RequestInit) => app.request(url, init, env)
  const { disconnect } = load('./cli.js', { fetch })
  for (const { id } of await connectionsOf(browser)) expect(await disconnect?.(API, TOKEN, id)).toBe('revoked')
  expect(await connectionsOf(browser)).toEqual([])
}

it('a single-page app connects', async () => {
  const browser = await openBrowser()
  const assign = vi.fn()
  const { connect } = load('./spa.js', { fetch: browser.fetch.bind(browser), location: { assign } })
  await connect?.(API, TOKEN)
  await confirm(browser, await browser.click(assign.mock.calls[0]?.[0]))
  expect(browser.url).toBe(`${SPA}/sites`)
  const sites = await browser.fetch(`${API}/api/sites`, { headers })
  expect([sites.status, sites.headers.get('access-control-allow-origin')]).toEqual([200, SPA])
  await disconnectAll(browser)
})

it('a command line connects and disconnects', async () => {
  const browser = await openBrowser('about:blank')
  const print = vi.fn()
  const { connect } = load('./cli.js', { fetch: (url: string, init: RequestInit) => app.request(url, init, env) })
  await connect?.(API, TOKEN, print)
  const [, url = ''] = /^Open within two minutes: (.*)$/.exec(print.mock.calls[0]?.[0]) ?? []
  await confirm(browser, await browser.open(url))
  await browser.open(SPA)
  expect(await connectionsOf(browser)).toHaveLength(1)
  await disconnectAll(browser)
})

/** The opener with its popup, which goes where it is led and runs the script of the last page. */
async function openPopup() {
  const [opener, popup] = [await openBrowser(), await openBrowser()]
  const target = new EventTarget()
  const popupWindow = {
    location: { href: '' },
    close: vi.fn(),
    opener: { postMessage: (data: unknown, to: string) => to === SPA && send(data) },
  }
  const openWindow = vi.fn(() => popupWindow)
  const addEventListener: typeof target.addEventListener = (...listener) => target.addEventListener(...listener)
  const window = { open: openWindow, addEventListener }
  const send = (data: unknown, from = { origin: API, source: popupWindow as unknown }) =>
    target.dispatchEvent(Object.assign(new Event('message'), { data, ...from }))
  const { connectInPopup } = load('./spa.js', { fetch: opener.fetch.bind(opener), window })
  const told = vi.fn()
  const connected = connectInPopup?.(API, TOKEN).then(told)
  expect(openWindow).toHaveBeenCalledOnce()
  await vi.waitFor(() => expect(popupWindow.location.href).toContain('ticket='))
  return { opener, popup, popupWindow, send, told, connected, focus: () => target.dispatchEvent(new Event('focus')) }
}

it('a popup connects, tells its opener alone, and closes', async () => {
  const { opener, popup, popupWindow, send, told, connected } = await openPopup()
  for (const from of [
    { origin: 'https://evil.example', source: popupWindow },
    { origin: API, source: {} },
    { origin: `${API}.evil`, source: popupWindow },
  ]) {
    send({ type: 'connected', provider: 'webflow' }, from)
  }
  send({ type: 'other' })
  const page = await confirm(popup, await popup.click(popupWindow.location.href))
  expect([popup.url, told.mock.calls]).toEqual([`${API}/connected`, []])
  const [, nonce, script = ''] = /<script nonce="([^"]+)">([\s\S]*)<\/script>/.exec(await page.text()) ?? []
  expect(page.headers.get('content-security-policy')).toBe(`default-src 'none'; script-src 'nonce-${nonce}'`)
  runInNewContext(script, { window: popupWindow })
  await connected
  expect([told.mock.calls, popupWindow.close.mock.calls.length]).toEqual([[['webflow']], 1])
  await disconnectAll(opener)
})

it('a popup that was cut off is noticed when the person comes back', async () => {
  const { opener, popup, popupWindow, told, connected, focus } = await openPopup()
  focus()
  await confirm(popup, await popup.click(popupWindow.location.href))
  expect(told).not.toHaveBeenCalled()
  focus()
  await connected
  expect(told).toHaveBeenCalledWith('webflow')
  await disconnectAll(opener)
})

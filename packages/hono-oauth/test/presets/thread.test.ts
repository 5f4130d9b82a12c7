import { readdir, readFile } from 'node:fs/promises'
import { Hono } from 'hono'
import { type Connection, createOAuth, type Provider } from 'hono-oauth'
import { memoryStore } from 'hono-oauth/stores/memory'
import { createEmulator, type PersonalityName } from 'provider-emulator'
import { describe, expect, it } from 'vitest'
import { outcome } from '../cases/field.ts'
import { Browser } from '../rig/browser.ts'
import { KEY, ORIGIN } from '../rig/constants.ts'
import { type App, ROWS, type Row } from './presets.ts'

const START_MS = 1_800_000_000_000

/** One preset in an app, against its personality. */
function open({ name, make, api, init, login }: Row, edit: (app: App) => App = (app) => app) {
  const clock = { ms: START_MS }
  const emulator = createEmulator({ consent: 'auto', now: () => clock.ms })
  const { control } = emulator
  const secret = name === 'stripe' ? 'sk_test_stripe' : `${name}-client-secret`
  const provider = make(edit({ clientId: `${name}-client-id`, clientSecret: secret }))
  const oauth = createOAuth(() => ({
    origin: ORIGIN,
    keys: KEY,
    providers: { [name]: provider as Provider },
    store: memoryStore({ now: () => clock.ms }),
    owner: () => 'ada',
    fetch: (url, request) => emulator.fetch(new Request(url, request)),
    now: () => clock.ms,
  }))
  const app = new Hono()
  app.route('/auth', oauth.routes)
  let act: (connection: Connection) => Promise<Response>
  app.get('/use', oauth.require(name), (c) => act(c.var.connection as Connection))
  app.onError((error, c) => oauth.errorResponse(c, error as never))
  const browser = new Browser(
    async (url, request) => app.request(url, request),
    () => clock.ms,
  )

  /** Logs in as a person does: to the provider, through its consent, and back. */
  async function connect(): Promise<Response> {
    const started = await browser.navigate(`/auth/${name}/login${login ?? ''}`)
    if (started.status !== 302) return started
    const answer = await emulator.fetch(new Request(started.headers.get('location') ?? ''))
    const location = answer.headers.get('location')
    if (location) return browser.navigate(location)
    // A page that posts itself to the callback; the POST comes without cookies.
    const page = await answer.text()
    const fields = [...page.matchAll(/name="([^"]+)" value="([^"]*)"/g)].map(([, field = '', value = '']) => [
      field,
      unescapeHtml(value),
    ]) as [string, string][]
    const posted = await app.request(`/auth/${name}/callback`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(fields).toString(),
    })
    return posted.status === 303 ? browser.navigate(posted.headers.get('location') ?? '') : posted
  }

  const use = (how: (connection: Connection) => Promise<Response>) => {
    act = how
    return browser.request('/use', { headers: { accept: 'application/json' } })
  }
  return {
    provider: provider as Provider,
    connect,
    call: () =>
      use((connection) => (api ? connection.fetch(api, init) : connection.accessToken().then(() => new Response()))),
    token: async () => (await use(async (it) => new Response((await it.accessToken()).reveal()))).text(),
    disconnect: async () => (await use(async (it) => new Response(await it.revoke()))).text(),
    async health() {
      const { connections } = (await (await browser.request('/auth/connections')).json()) as {
        connections: { health: string; expiresAt: string | null; account: { id: string } }[]
      }
      return connections
    },
    personality: () => control.personality(name as PersonalityName),
    scenario: (scenario: string, times?: number) => control.setScenario(name, scenario, times),
    advance: (seconds: number) => {
      clock.ms += seconds * 1000
    },
    advanceTo: (time: string) => {
      clock.ms = Date.parse(time)
    },
  }
}

const unescapeHtml = (text: string) =>
  text
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')

describe.each(ROWS)('$name', (row) => {
  it('connects, is used, and is disconnected', async () => {
    const thread = open(row)
    expect(await outcome(await thread.connect())).toBe('303')
    const [connection] = await thread.health()
    expect(connection).toMatchObject({ health: 'active', account: { id: expect.stringMatching(/./) } })
    expect((await thread.call()).status).toBe(200)
    expect(await thread.disconnect()).toBe(row.ends ?? 'revoked')
    expect(await thread.health()).toEqual([])
    if (row.ends) return
    const [grant] = thread.personality().grants()
    expect(grant).toMatchObject({
      liveRefreshTokens: row.leavesRefreshToken ? 1 : 0,
      liveAccessTokens: row.leavesAccessToken ? 1 : 0,
    })
  })

  it('is renewed before its token ends, if it can be', async () => {
    const thread = open(row)
    await thread.connect()
    const before = await thread.token()
    const [{ expiresAt } = { expiresAt: null }] = await thread.health()
    if (!thread.provider.renew) return expect(expiresAt).toBeNull()
    // A token whose end no answer tells is renewed after the API has refused it.
    if (expiresAt) thread.advanceTo(expiresAt)
    else thread.personality().expireAccessTokens()
    thread.advance(expiresAt ? -20 : 120)
    expect((await thread.call()).status).toBe(200)
    expect(await thread.token()).not.toBe(before)
    const [grant] = thread.personality().grants()
    expect(grant?.accessTokensIssued).toBe(row.name === 'facebook' ? 3 : 2)
    return undefined
  })

  it('needs a new login when the person has ended the grant', async () => {
    const thread = open(row)
    await thread.connect()
    const [grant] = thread.personality().grants()
    thread.personality().revokeGrant(grant?.id ?? '')
    thread.advance(120)
    if (!row.api) return
    const answer = await thread.call()
    expect(await outcome(answer)).toBe('needs_reauth')
    expect(await thread.health()).toMatchObject([{ health: 'needs_reauth' }])
  })

  it('connects nothing when the person declines, or the app has a wrong secret', async () => {
    const thread = open(row)
    thread.scenario('authorize-denied', 1)
    expect(await outcome(await thread.connect())).toBe('access_denied')
    expect(await thread.health()).toEqual([])
    const wrong = open(row, (app) => ({ ...app, clientSecret: 'wrong' }))
    if (row.name === 'apple') return
    expect(await outcome(await wrong.connect())).toBe(row.wrongSecret ?? 'client_rejected')
    expect(await wrong.health()).toEqual([])
  })
})

it('each preset has a row here', async () => {
  const rows = await readFile(new URL('./presets.ts', import.meta.url), 'utf8')
  const modules = await readdir(new URL('../../src/providers/presets/', import.meta.url))
  expect(modules.filter((file) => !rows.includes(`'hono-oauth/providers/${file.replace('.ts', '')}'`))).toEqual([])
})

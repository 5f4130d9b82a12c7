import { HTTPException } from 'hono/http-exception'
import { isOAuthError, type OAuthConfig, OAuthError } from 'hono-oauth'
import { describe, expect, it } from 'vitest'
import { readJson } from '../rig/read-json.ts'
import { nodeRig } from '../rig/suite.ts'

const brand = (error: OAuthError) => `Acme: ${error.code} at ${error.provider}`
const showBrand: OAuthConfig['onError'] = (c, error) => c.html(brand(error), error.status)
const DENY = [['decision', 'deny']] as const

describe('onError', () => {
  it.each([
    ['a route', '/auth/nobody/login', 404, 'Acme: provider_unknown at undefined'],
    ['a callback', '/auth/webflow/callback', 400, 'Acme: state_missing at webflow'],
    ['require()', '/s/use/webflow', 401, 'Acme: not_connected at webflow'],
  ])('answers in place of %s', async (_name, path, status, text) => {
    const rig = await nodeRig({ onError: showBrand })
    const answer = await rig.browser().navigate(path)
    expect([answer.status, await answer.text()]).toEqual([status, text])
    expect(answer.headers.get('cache-control')).toBe('no-store')
  })

  it('may leave an error to this package', async () => {
    const rig = await nodeRig({ onError: () => undefined })
    expect(await (await rig.browser().navigate('/s/use/webflow')).text()).toContain('There is no connection yet')
  })

  it('is not needed for the name of the app on our pages', async () => {
    const rig = await nodeRig({ appName: 'Acme & Co' })
    const page = await (await rig.browser().navigate('/s/use/webflow')).text()
    expect(page).toContain('<title>There is no connection yet · webflow · Acme &amp; Co</title>')
    expect(page).toContain('>Back to Acme &amp; Co</a>')
  })

  it('keeps the cookies of the refusal', async () => {
    const rig = await nodeRig({ onError: () => new Response('declined', { status: 400 }) })
    const browser = rig.browser()
    await browser.navigate((await rig.login(browser, undefined, DENY)).href)
    expect(browser.transactions()).toEqual([])
  })
})

describe('an error', () => {
  it('is an HTTPException with the provider and the connection', async () => {
    const seen: unknown[] = []
    const rig = await nodeRig({ onError: (_c, error) => void seen.push(error) })
    const browser = await rig.connected()
    await browser.navigate('/s/scopes/webflow?scope=cms:write')
    const [error] = seen
    const [connection] = await rig.connections(browser)
    expect(error).toBeInstanceOf(HTTPException)
    expect(error).toMatchObject({ code: 'insufficient_scope', provider: 'webflow', connectionId: connection?.id })
  })

  it('is copied with more members, and not changed', () => {
    const error = new OAuthError('needs_reauth', { detail: 'Gone.', cause: new Error('why') })
    const copy = error.with({ provider: 'webflow' })
    expect(isOAuthError(copy)).toBe(true)
    expect(copy).toMatchObject({ message: 'Gone.', provider: 'webflow', cause: error.cause, stack: error.stack })
    expect(error.provider).toBeUndefined()
  })

  it.each([
    ['/s/use/webflow', 'Connection realm="webflow", error="not_connected"'],
    ['/u/use/webflow', 'Connection realm="webflow", error="owner_missing"'],
  ])('of 401 has a challenge for a page and for a program: %s', async (path, challenge) => {
    const browser = (await nodeRig()).browser()
    for (const answer of [await browser.navigate(path), await browser.request(path)]) {
      expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([401, challenge])
    }
  })
})

describe('onFailed', () => {
  const goBack: OAuthConfig['onFailed'] = (c, { returnTo }) => c.redirect(returnTo, 303)

  it('leads a declined login back to its page, with a notice', async () => {
    const rig = await nodeRig({ onFailed: goBack })
    const browser = rig.browser()
    const declined = await rig.login(browser, '/auth/webflow/login?return_to=%2Fsites%3Fpage%3D2', DENY)
    const answer = await browser.navigate(declined.href)
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/sites?page=2'])
    expect(await readJson(await browser.request('/s/notice'))).toEqual({
      notice: {
        type: 'failed',
        provider: 'webflow',
        code: 'access_denied',
        title: 'You did not allow the connection',
        advice: 'Nothing was connected. You can start again at any time.',
      },
    })
    expect(await readJson(await browser.request('/s/notice'))).toEqual({ notice: null })
    expect(browser.hasSession()).toBe(false)
  })

  it('gets the default page for a login that is not known, and no error of the hook for a connection', async () => {
    const failed: unknown[] = []
    const rig = await nodeRig({
      onFailed: (_c, event) => void failed.push([event.error.code, event.returnTo, event.context]),
      onConnected: () => {
        throw new OAuthError('needs_reauth')
      },
    })
    const browser = rig.browser()
    expect((await browser.navigate('/auth/webflow/callback?state=x&code=y')).status).toBe(400)
    await browser.navigate((await rig.login(browser)).href)
    expect(failed).toEqual([['transaction_unknown', '/', undefined]])
    expect(browser.hasSession()).toBe(true)
  })

  it('is not needed for "Start again" to keep where the login was to end', async () => {
    const rig = await nodeRig()
    const browser = rig.browser()
    const declined = await rig.login(browser, '/auth/webflow/login?return_to=%2Fsites', DENY)
    const answer = await browser.navigate(declined.href)
    expect(await answer.text()).toMatch(/login\?return_to=%2Fsites">Start again</)
  })
})

describe('a notice', () => {
  it('tells a login, another one, and a disconnect, each once', async () => {
    const ended: unknown[] = []
    const rig = await nodeRig({ onDisconnected: (_c, { outcome }) => void ended.push(outcome) })
    const browser = await rig.connected()
    const notice = async () => (await readJson(await browser.request('/s/notice'))).notice
    const [connection] = await rig.connections(browser)
    const account = { id: connection?.account.id, name: connection?.account.name }
    const common = { provider: 'webflow', account }
    expect(await notice()).toEqual({ type: 'connected', ...common, connectionId: connection?.id, again: false })
    await rig.advance(60)
    await rig.connect(browser)
    expect(await notice()).toMatchObject({ type: 'connected', again: true })
    await browser.submit(`/auth/connections/${connection?.id}/revoke`)
    expect(await notice()).toEqual({ type: 'disconnected', ...common, outcome: 'revoked' })
    expect([await notice(), ended]).toEqual([null, ['revoked']])
  })

  it('is forgotten after five minutes and at a sign-out, and no other text opens as one', async () => {
    const rig = await nodeRig()
    const browser = await rig.connected()
    const copy = browser.clone()
    await browser.submit('/s/sign-out')
    expect(browser.cookieNames()).toEqual([])
    const forged = await copy.request('/s/notice', { headers: { cookie: '__Host-oauth-notice=e30.a.b.c' } })
    expect(await readJson(forged)).toEqual({ notice: null })
    await rig.advance(301)
    expect(copy.cookieNames()).not.toContain('__Host-oauth-notice')
  })
})

describe('onDisconnected', () => {
  it('may answer the form', async () => {
    const rig = await nodeRig({ onDisconnected: (c, { connection }) => c.text(`bye ${connection.provider}`) })
    const browser = await rig.connected()
    const [connection] = await rig.connections(browser)
    const answer = await browser.submit(`/auth/connections/${connection?.id}/revoke`)
    expect(await answer.text()).toBe('bye webflow')
  })
})

it('an optional connection is there or not, without a refusal', async () => {
  const rig = await nodeRig()
  const browser = await rig.connected()
  const [connection] = await rig.connections(browser)
  const ask = async (path: string, who = browser) => (await readJson(await who.request(path))).account
  expect(await ask('/s/maybe/webflow')).toBe(connection?.account.id)
  expect(await ask('/s/maybe/webflow?scope=cms:write')).toBeNull()
  for (const path of ['/s/maybe/webflow', '/u/maybe/webflow']) expect(await ask(path, rig.browser())).toBeNull()
})

it('an event says whose connection it is', async () => {
  const rig = await nodeRig()
  const ada = rig.browser('ada')
  await rig.connect(ada, '/account/webflow/login')
  await rig.connected()
  const { events } = await rig.place.ran()
  expect(events.map((event) => event.owner)).toEqual(['ada', undefined])
})

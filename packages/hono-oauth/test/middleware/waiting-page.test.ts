import { setCookie } from 'hono/cookie'
import { kvStore } from 'hono-oauth/stores/kv'
import { fakeClock, workersKv } from 'hono-oauth/testing'
import { describe, expect, it, vi } from 'vitest'
import { stopTimers } from '../engine/fixture.ts'
import { CONTEXT } from '../rig/app.ts'
import { Browser } from '../rig/browser.ts'
import { gate } from '../rig/gate.ts'
import { codeOf, expectRefusal } from '../rig/oracles.ts'
import { createPeople, Person } from '../rig/person.ts'
import { readJson } from '../rig/read-json.ts'
import type { Rig } from '../rig/rig.ts'
import { describeOnHosts, nodeRig } from '../rig/suite.ts'

// Who waits for a second and a half waits for a tenth of that; a provider has as long as the test needs.
const HASTE = 10
const HURRIED = { haste: HASTE, timeoutMs: 100_000 * HASTE }
const refusal = (status: number, body: object) => () => Response.json(body, { status })

/** A browser that gets its answers while they are written; for apps that know their users, with who is signed in. */
function browserAt(rig: Rig, user?: string): Browser {
  const send = (url: string, { headers, ...init }: RequestInit) => {
    const all = new Headers(headers)
    if (user) all.set('x-user', user)
    return rig.place.send(url, { ...init, headers: all })
  }
  return new Browser(send, rig.now)
}

/** A login whose token request is held until the page of the callback is there. */
async function keptWaiting(rig: Rig, path?: string, answer?: () => Response, browser = browserAt(rig)) {
  await rig.restart(HURRIED)
  rig.wire.release()
  const release = gate(rig, 'before', answer)
  const callback = await rig.login(browser, path)
  const page = await browser.navigate(callback.href)
  return { browser, callback, page, release, outcome: () => outcomeIn(page, callback, release) }
}

type Waiting = Awaited<ReturnType<typeof keptWaiting>>

/** Lets the provider answer; returns where the page leads. */
async function outcomeIn(page: Response, callback: URL, release: () => void): Promise<string> {
  release()
  const text = await page.text()
  const [, url = '', link = ''] = /content="0;url=([^"]+)"><p><a href="([^"]+)">Go on</.exec(text) ?? []
  expect(link).toBe(url)
  return new URL(url.replaceAll('&amp;', '&'), callback).href
}

describeOnHosts('a login that the provider keeps waiting', (on) => {
  it('shows a page at once, which leads on to the answer', async () => {
    const { browser, page, release, callback } = await keptWaiting(on.rig, '/s/invitation')
    expect([page.status, page.headers.getSetCookie()]).toEqual([200, []])
    expect(page.headers.get('cache-control')).toBe('no-store, no-transform')
    expect(page.headers.get('referrer-policy')).toBe('no-referrer')
    expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'none';.*frame-ancestors 'none'$/)
    const [shown, rest] = page.body?.tee() ?? []
    const { value } = (await shown?.getReader().read()) ?? {}
    const text = new TextDecoder().decode(value)
    expect(text).toContain('<h1>Connecting webflow</h1>')
    expect(text).toContain('role="status"')
    const visible = text.replace(/^.*<body>|<[^>]*>|webflow|\s/gs, '')
    expect(visible.length).toBeGreaterThanOrEqual(200)

    const outcome = await outcomeIn(new Response(rest), callback, release)
    expect((await on.rig.place.ran()).hooks).toEqual([])
    expect(browser.hasSession()).toBe(false)
    const landed = await browser.navigate(outcome, { 'sec-fetch-site': 'same-origin' })
    expect(await landed.json()).toEqual({ welcome: { invitation: 'invitation-1' } })
    expect([browser.hasSession(), browser.transactions()]).toEqual([true, []])
    expect((await on.rig.place.ran()).hooks).toHaveLength(1)
    expect(on.rig.tokenRequests()).toBe(1)
    const { notice } = await readJson(browser.request('/s/notice'))
    expect(notice).toMatchObject({ type: 'connected', provider: 'webflow', again: false })
    expect((await browser.request('/s/use/webflow')).status).toBe(200)
  })

  it.each([
    ['a 400', refusal(400, { error: 'invalid_grant' }), 400, 'code_rejected'],
    ['a 503', refusal(503, {}), 502, 'provider_unavailable'],
  ] as const)('ends with the error page after %s', async (_title, answer, status, code) => {
    const stored = await on.rig.stored()
    const { browser, outcome } = await keptWaiting(on.rig, undefined, answer)
    const failed = await browser.navigate(await outcome())
    await expectRefusal(failed, status, code)
    expect(await failed.text()).toContain('Start again')
    expect([browser.hasSession(), browser.transactions(), await on.rig.stored()]).toEqual([false, [], stored])
    expect(on.rig.tokenRequests()).toBe(1)
    expect((await on.rig.place.ran()).errors.filter((each) => each.includes(`"code":"${code}"`))).not.toEqual([])
  })

  const REFUSED: Readonly<Record<string, (waiting: Waiting, outcome: string) => Promise<Response>>> = {
    'in another browser': async (_, outcome) => browserAt(on.rig).navigate(outcome),
    'in another browser with a login of its own': async ({ browser }, outcome) => {
      const other = browserAt(on.rig)
      await on.rig.login(other)
      expect(other.jar.size).toBe(browser.jar.size)
      return other.navigate(outcome)
    },
    'a second time': async ({ browser }, outcome) => {
      const before = browser.clone()
      expect((await browser.navigate(outcome)).status).toBe(303)
      return before.navigate(outcome)
    },
    'for another login': async ({ browser }, outcome) => {
      const { searchParams } = await on.rig.login(browser)
      return browser.navigate(outcome.replace(/state=[^&]+/, `state=${searchParams.get('state')}`))
    },
    'when it is forged': async ({ browser }, outcome) => browser.navigate(outcome.replace(/.$/, '')),
    'when it is the cookie of the login': async ({ browser }, outcome) => {
      const [name = ''] = browser.transactions()
      return browser.navigate(outcome.replace(/[^=]*$/, browser.jar.get(name)?.value ?? ''))
    },
    'after the end of the login': async ({ browser }, outcome) => {
      await on.rig.advance(1201)
      return browser.navigate(outcome)
    },
    'after a sign-out': async ({ browser }, outcome) => {
      await browser.request('/s/sign-out', { method: 'POST' })
      return browser.navigate(outcome)
    },
  }
  it.each(Object.keys(REFUSED))('gives no session %s', async (title) => {
    const waiting = await keptWaiting(on.rig)
    const answer = await REFUSED[title]?.(waiting, await waiting.outcome())
    expect([answer?.status, answer && (await codeOf(answer))]).toEqual([400, 'transaction_unknown'])
    expect(answer?.headers.getSetCookie().join()).not.toContain('oauth-session')
  })

  it('sends the code once when the page is loaded again', async () => {
    const { browser, callback, outcome } = await keptWaiting(on.rig)
    await expectRefusal(await browser.navigate(callback.href), 400, 'transaction_unknown')
    expect((await browser.navigate(await outcome())).status).toBe(303)
    expect([on.rig.tokenRequests(), browser.hasSession()]).toEqual([1, true])
  })

  it('leaves the session of a later login in its place', async () => {
    const browser = browserAt(on.rig)
    await on.rig.connect(browser, '/auth/webflow/login')
    const { outcome } = await keptWaiting(on.rig, '/auth/webflow/login', undefined, browser)
    const late = await outcome()
    await on.rig.restart()
    await on.rig.advance(1)
    await on.rig.connect(browser, '/auth/webflow/login')
    expect((await browser.navigate(late)).status).toBe(303)
    expect((await browser.request('/s/use/webflow')).status).toBe(200)
  })

  it.each([
    ['the same user', 'ada', 303],
    ['another user', 'eve', 403],
  ])('of a user ends for %s', async (_title, name, status) => {
    const ada = browserAt(on.rig, 'ada')
    const { outcome } = await keptWaiting(on.rig, '/account/webflow/login', undefined, ada)
    const late = await outcome()
    const browser = browserAt(on.rig, name)
    for (const [cookie, value] of ada.jar) browser.jar.set(cookie, value)
    expect((await browser.navigate(late)).status).toBe(status)
  })
})

describe('the hooks of the app', () => {
  it('answer and set cookies where the page leads', async () => {
    const rig = await nodeRig({
      onConnected: (c) => {
        setCookie(c, 'welcome', 'yes')
        return new Response('welcome', { status: 201 })
      },
      onFailed: (c, { error, context }) => c.json({ code: error.code, context }, 418),
    })
    const { browser, outcome } = await keptWaiting(rig)
    const landed = await browser.navigate(await outcome())
    expect([landed.status, await landed.text(), browser.hasSession()]).toEqual([201, 'welcome', true])
    expect(landed.headers.getSetCookie().filter((line) => line.startsWith('welcome=yes'))).toHaveLength(1)
    const failing = await keptWaiting(rig, '/s/invitation', refusal(400, { error: 'invalid_grant' }))
    const failed = await failing.browser.navigate(await failing.outcome())
    expect([failed.status, await failed.json()]).toEqual([
      418,
      { code: 'code_rejected', context: { invitation: 'invitation-1' } },
    ])
  })

  it('get an error of the provider’s own code too', async () => {
    const rig = await nodeRig({ onError: (c, error) => c.json({ code: error.code, cause: String(error.cause) }, 418) })
    const { browser, outcome } = await keptWaiting(rig, undefined, () => {
      throw new TypeError('the network is gone')
    })
    const failed = await browser.navigate(await outcome())
    expect(await failed.json()).toEqual({ code: 'provider_unavailable', cause: 'Error: the network is gone' })
  })
})

it('a login is stored although the person closes the tab of the page', async () => {
  const rig = await nodeRig()
  await rig.restart(HURRIED)
  const release = gate(rig, 'before')
  const browser = rig.browser()
  const { href } = await rig.login(browser)
  const kept: Promise<unknown>[] = []
  const context = { ...CONTEXT, waitUntil: (work: Promise<unknown>) => void kept.push(work) }
  const headers = { accept: 'text/html', cookie: browser.cookieHeader() }
  const page = await rig.place.running().app.request(href, { headers }, {}, context)
  await page.body?.cancel()
  release()
  await Promise.all(kept)
  expect([page.status, Object.keys(await rig.stored()).length]).toEqual([200, 1])
})

it('the page leads on to what another isolate has written', async () => {
  const clock = fakeClock()
  const people = await createPeople(clock)
  const kv = workersKv({ now: clock.now })
  const [one, other] = [0, 1].map(() => people.isolate(kvStore(kv.location('fra'), clock)))
  if (!one || !other) throw new Error('two isolates')
  const person = new Person(one, people)
  await person.connect('ada:1')
  clock.advance(100)
  // The beginning of the login leaves the older document in the cache of this isolate.
  person.at = other
  const page = people.pages.get(await person.begin()) ?? ''
  const callback = await people.provider.consent(page, Object.entries({ decision: 'allow', user: 'bob' }))
  person.at = one
  const release = gate(people, 'before')
  stopTimers(['setTimeout', 'clearTimeout'])
  const answer = person.browser.navigate(callback)
  await release.done
  await vi.advanceTimersByTimeAsync(1500)
  vi.useRealTimers()
  const outcome = await outcomeIn(await answer, new URL(callback), release)
  person.at = other
  expect((await person.browser.navigate(outcome)).status).toBe(303)
  expect((await person.accounts()).toSorted()).toEqual(['ada', 'bob'])
})

it('a program waits to the end', async () => {
  const rig = await nodeRig()
  await rig.restart(HURRIED)
  const release = gate(rig, 'before')
  const browser = rig.browser()
  const callback = await rig.login(browser)
  const answer = browser.request(callback.href)
  await release.done
  // Timers ring in their order.
  await new Promise((resolve) => setTimeout(resolve, 1500))
  release()
  expect((await answer).status).toBe(303)
})

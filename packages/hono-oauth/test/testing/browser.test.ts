import { Hono } from 'hono'
import { createBrowser } from 'hono-oauth/testing'
import { describe, expect, it } from 'vitest'

const ORIGIN = 'https://app.example'
const HEADERS = ['cookie', 'origin', 'sec-fetch-site', 'sec-fetch-mode', 'sec-fetch-dest', 'content-type']

/** A browser, an app and another site whose routes tell what they got. */
function open(routes: Readonly<Record<string, Response>> = {}, origin = ORIGIN) {
  const got: Record<string, unknown>[] = []
  const clock = { ms: 1_000_000 }
  const answer = async (request: Request) => {
    const headers = Object.fromEntries(HEADERS.flatMap((name) => [[name, request.headers.get(name) ?? undefined]]))
    got.push({ url: request.url, method: request.method, ...headers, body: await request.text() })
    return routes[request.url]?.clone() ?? new Response('page')
  }
  const browser = createBrowser({ origin, fetch: answer, providers: answer, now: () => clock.ms })
  return { browser, got, clock }
}

const redirect = (location: string, status = 302, cookie?: string) =>
  new Response(null, { status, headers: { location, ...(cookie && { 'set-cookie': cookie }) } })
const setting = (...lines: string[]) =>
  new Response('set', { headers: lines.map((line): [string, string] => ['set-cookie', line]) })

describe('cookies that a browser keeps', () => {
  it.each([
    ['a=1', true],
    ['a=1; Path=/; Secure; HttpOnly; SameSite=Lax', true],
    ['a=1; SameSite=None', false],
    ['a=1; SameSite=None; Secure; Partitioned', true],
    ['a=1; Domain=example', true],
    ['a=1; Domain=other.example', false],
    ['a=1; Domain=sub.app.example', false],
    ['a=1; Max-Age=0', false],
    ['a=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT', false],
    ['__Host-a=1; Path=/; Secure', true],
    ['__Host-a=1; Secure', false],
    ['__Host-a=1; Path=/', false],
    ['__Host-a=1; Path=/sub; Secure', false],
    ['__Host-a=1; Path=/; Secure; Domain=app.example', false],
    ['__host-a=1; Path=/', false],
    ['__Secure-a=1', false],
    ['__Secure-a=1; Secure', true],
    [`a=${'x'.repeat(4100)}`, false],
    ['=1', false],
    ['nonsense', false],
  ])('%s: %s', (line, isKept) => {
    const { browser } = open()
    browser.setCookie(line)
    expect(Object.keys(browser.cookies())).toHaveLength(isKept ? 1 : 0)
  })

  it('keeps no Secure cookie over http', () => {
    const { browser } = open({}, 'http://localhost:8787')
    browser.setCookie('__Host-a=1; Path=/; Secure')
    browser.setCookie('b=1; Path=/')
    expect(browser.cookies()).toEqual({ b: '1' })
  })

  it('replaces, ends and clears them', () => {
    const { browser, clock } = open()
    browser.setCookie('a=1; Path=/; Max-Age=60')
    browser.setCookie('a=2; Path=/; Max-Age=60')
    browser.setCookie('b=3; Path=/auth')
    expect([browser.cookies(), browser.cookies('/auth/x'), browser.cookies('/authors')]).toEqual([
      { a: '2' },
      { a: '2', b: '3' },
      { a: '2' },
    ])
    clock.ms += 60_000
    expect(browser.cookies('/auth')).toEqual({ b: '3' })
    browser.clearCookies()
    expect(browser.cookies('/auth')).toEqual({})
  })
})

describe('a page', () => {
  const start = {
    [`${ORIGIN}/start`]: setting('strict=1; SameSite=Strict', 'lax=1', 'none=1; SameSite=None; Secure'),
    'https://other.example.org/page': setting('theirs=1'),
  }

  it('gets the cookies that its origin set, by where the person came from', async () => {
    const { browser, got } = open(start)
    await browser.open('/start')
    await browser.open('/typed')
    await browser.click('/linked')
    await browser.open('https://other.example.org/page')
    await browser.click(`${ORIGIN}/from-there`)
    await browser.open('https://other.example.org/page')
    await browser.submit(`${ORIGIN}/posted`, { field: 'a b' })
    expect(got.map(({ url, cookie, ...rest }) => [url, cookie, rest['sec-fetch-site'], rest['origin']])).toEqual([
      [`${ORIGIN}/start`, undefined, 'none', undefined],
      [`${ORIGIN}/typed`, 'strict=1; lax=1; none=1', 'none', undefined],
      [`${ORIGIN}/linked`, 'strict=1; lax=1; none=1', 'same-origin', undefined],
      ['https://other.example.org/page', undefined, 'none', undefined],
      [`${ORIGIN}/from-there`, 'lax=1; none=1', 'cross-site', undefined],
      ['https://other.example.org/page', 'theirs=1', 'none', undefined],
      [`${ORIGIN}/posted`, 'none=1', 'cross-site', 'https://other.example.org'],
    ])
    expect(got.at(-1)).toMatchObject({ method: 'POST', body: 'field=a+b', 'sec-fetch-mode': 'navigate' })
  })

  it('follows redirects to the end, and keeps the cookies on the way', async () => {
    const { browser, got } = open({
      [`${ORIGIN}/login`]: redirect('https://provider.example.net/authorize', 302, '__Host-tx=1; Path=/; Secure'),
      'https://provider.example.net/authorize': redirect(`${ORIGIN}/callback?code=1`),
      [`${ORIGIN}/callback?code=1`]: redirect('/done', 303, '__Host-tx=; Path=/; Secure; Max-Age=0'),
    })
    await browser.open('/')
    expect(await (await browser.click('/login')).text()).toBe('page')
    expect(browser.url).toBe(`${ORIGIN}/done`)
    expect(browser.cookies()).toEqual({})
    expect(got.slice(1).map(({ url, cookie, ...rest }) => [url, cookie, rest['sec-fetch-site']])).toEqual([
      [`${ORIGIN}/login`, undefined, 'same-origin'],
      ['https://provider.example.net/authorize', undefined, 'cross-site'],
      [`${ORIGIN}/callback?code=1`, '__Host-tx=1', 'cross-site'],
      [`${ORIGIN}/done`, undefined, 'cross-site'],
    ])
  })

  it.each([
    [301, 'GET', ''],
    [302, 'GET', ''],
    [303, 'GET', ''],
    [307, 'POST', 'a=1'],
    [308, 'POST', 'a=1'],
  ])('after a POST and status %d is asked for with %s', async (status, method, body) => {
    const { browser, got } = open({ [`${ORIGIN}/form`]: redirect('/next', status) })
    await browser.submit('/form', { a: '1' })
    expect(got.at(-1)).toMatchObject({ url: `${ORIGIN}/next`, method, body })
  })

  it('does not follow redirects for ever', async () => {
    const { browser } = open({ [`${ORIGIN}/loop`]: redirect('/loop') })
    await expect(browser.open('/loop')).rejects.toThrow('more than 20 redirects')
  })

  it('ends at a redirect to a provider that nothing stands in for', async () => {
    const app = new Hono().get('/login', (c) => c.redirect('https://provider.example/authorize'))
    const browser = createBrowser({ origin: ORIGIN, fetch: app.fetch })
    expect((await browser.open('/login')).headers.get('location')).toBe('https://provider.example/authorize')
    expect(browser.url).toBe(`${ORIGIN}/login`)
    await expect(browser.open('https://provider.example/')).rejects.toThrow('has no `providers`')
  })

  it('sends the requests of its scripts with its cookies, to its own origin alone', async () => {
    const { browser, got } = open(start)
    await browser.open('/start')
    await browser.fetch('/data', { headers: { accept: 'application/json' } })
    await browser.fetch('/change', { method: 'POST', body: '{}' })
    await browser.fetch('https://other.example.org/page')
    await browser.fetch('https://other.example.org/page')
    expect(got.slice(1).map(({ cookie, origin, ...rest }) => [cookie, origin, rest['sec-fetch-site']])).toEqual([
      ['strict=1; lax=1; none=1', undefined, 'same-origin'],
      ['strict=1; lax=1; none=1', ORIGIN, 'same-origin'],
      [undefined, ORIGIN, 'cross-site'],
      [undefined, ORIGIN, 'cross-site'],
    ])
  })

  it.each([
    ['https://spa.app.example', 'include', 'lax=1; strict=1; none=1'],
    ['https://spa.app.example', 'same-origin', undefined],
    ['https://spa.example', 'include', 'none=1'],
    [ORIGIN, 'omit', undefined],
  ] as const)(
    'sends and keeps the cookies of a script of %s with the credentials %s as SameSite lets it',
    async (home, credentials, cookie) => {
      const lines = ['lax=1', 'strict=1; SameSite=Strict', 'none=1; SameSite=None; Secure; Partitioned']
      const { browser, got } = open({ [`${ORIGIN}/data`]: setting(...lines) })
      await browser.open(home)
      await browser.fetch(`${ORIGIN}/data`, { credentials })
      await browser.fetch(`${ORIGIN}/data`, { credentials })
      expect(got.at(-1)?.['cookie']).toBe(cookie)
    },
  )
})

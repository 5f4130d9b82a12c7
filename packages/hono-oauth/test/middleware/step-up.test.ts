import { describe, expect, it } from 'vitest'
import { example, openField, ORIGIN, token } from '../cases/field.ts'
import { NEW_KEY } from '../rig/constants.ts'

const JSON_ONLY = { headers: { accept: 'application/json' } }
const PAGE = { headers: { accept: 'text/html', 'sec-fetch-dest': 'document' } }

/** A connection of an app that asks for `a b`, with what the provider has granted. */
async function connected(scope?: string) {
  const field = openField(example(), { '/token': () => token({ scope }) })
  await field.login()
  return field
}

const problemOf = async (response: Response) =>
  (await response.json()) as {
    code: string
    detail: string
    missingScopes: string[]
    provider: string
    loginUrl: string
  }
const askedBy = (response: Response) => new URL(response.headers.get('location') ?? '').searchParams.get('scope')

describe('a guard for scopes that were not granted', () => {
  it('gives a program the URL, and a page the link, that request them with those that were granted', async () => {
    const field = await connected('a')
    const refusal = await field.browser.request('/scoped?s=a&s=c', JSON_ONLY)
    expect(refusal.status).toBe(403)
    const problem = await problemOf(refusal)
    expect(problem).toMatchObject({ code: 'insufficient_scope', missingScopes: ['c'], provider: 'p' })
    expect(new URL(problem.loginUrl).origin).toBe(ORIGIN)
    expect(askedBy(await field.browser.navigate(problem.loginUrl))).toBe('a c')
    const page = await (await field.browser.request('/scoped?s=c', PAGE)).text()
    const [, link = ''] = /href="([^"]*\/auth\/p\/login[^"]*)"/.exec(page) ?? []
    const url = link.replaceAll('&amp;', '&')
    expect(new URL(url).searchParams.get('return_to')).toBe('/scoped?s=c')
    expect(askedBy(await field.browser.navigate(url))).toBe('a c')
  })

  it('says that a scope was declined again, and leads to no loop', async () => {
    const field = await connected('a')
    const first = await problemOf(await field.browser.request('/scoped?s=c', JSON_ONLY))
    expect(first.detail).not.toMatch(/did not allow/)
    const started = await field.browser.navigate(first.loginUrl)
    const state = new URL(started.headers.get('location') ?? '').searchParams.get('state') ?? ''
    await field.comeBack(state)
    const again = await field.browser.request('/scoped?s=c', JSON_ONLY)
    expect(again.status).toBe(403)
    expect((await problemOf(again)).detail).toMatch(/You did not allow all of this when you connected/)
  })

  it('lets no visitor choose scopes', async () => {
    const field = await connected('a')
    const { loginUrl } = await problemOf(await field.browser.request('/scoped?s=c', JSON_ONLY))
    const sealed = new URL(loginUrl).searchParams.get('scopes') ?? ''
    const other = openField(example(), {}, { config: { keys: NEW_KEY } })
    expect(askedBy(await other.browser.navigate(loginUrl))).toBe('a b')
    for (const forged of ['admin', `${sealed}x`, sealed.slice(1), JSON.stringify({ scopes: ['admin'] })]) {
      const url = `/auth/p/login?${new URLSearchParams({ scopes: forged })}`
      expect(askedBy(await field.browser.navigate(url))).toBe('a b')
    }
  })

  it('counts an alias, and a scope that is never repeated, as granted', async () => {
    const scopeAliases = { email: ['https://example/auth/email'], offline_access: [] }
    const description = { scopes: ['email', 'offline_access', 'other'], scopeAliases }
    const field = openField(example(description), { '/token': () => token({ scope: 'https://example/auth/email' }) })
    await field.login()
    expect((await field.browser.request('/scoped?s=email&s=offline_access')).status).toBe(200)
    expect((await field.browser.request('/scoped?s=other')).status).toBe(403)
    expect((await field.connections())[0]?.scopes).toEqual(['https://example/auth/email', 'email', 'offline_access'])
  })
})

it('a name that points to another server opens nothing of the first one', async () => {
  const { memoryStore } = await import('hono-oauth/stores/memory')
  const store = memoryStore({ now: () => 1_800_000_000_000 })
  const answers = { '/token': () => token({ expires_in: 3600 }), '/me': () => ({}) }
  const first = openField(example(), answers, { store })
  await first.login()
  for (const moved of [{ tokenEndpoint: 'https://other.example/token' }, { clientId: 'other' }]) {
    const second = openField(example(moved), answers, { store })
    for (const [name, cookie] of first.browser.jar) second.browser.jar.set(name, cookie)
    expect((await second.use()).status).toBe(401)
    expect(second.sent).toEqual([])
    expect(await second.connections()).toMatchObject([{ health: 'needs_reauth', scopes: [] }])
  }
  expect((await first.use()).status).toBe(200)
})

it('links to another login of a connection say which account it is for, as the first login did', async () => {
  const description = {
    details: { host: 'login.host' },
    hosts: ['*.example.com'],
    authorizationEndpoint: 'https://{host}/authorize',
    tokenEndpoint: 'https://{host}/token',
    apiErrors: { 401: 'invalid_token' },
    refreshTokens: 'none',
  }
  const field = openField(example(description), {
    '/token': () => token(),
    '/me': () => new Response('', { status: 401 }),
  })
  const { response } = await field.begin()
  expect(response.status).toBe(400)
  await field.login({ code: 'c' }, '?host=Acme.Example.com')
  const { loginUrl } = await problemOf(await field.browser.request('/scoped?s=c', JSON_ONLY))
  expect(new URL(loginUrl).searchParams.get('host')).toBe('acme.example.com')
  field.pass(120)
  await field.use()
  const login = `${ORIGIN}/auth/p/login?host=acme.example.com`
  expect(await field.connections()).toMatchObject([{ health: 'needs_reauth', reauthorizeUrl: login }])
  const dead = await problemOf(await field.browser.request('/use', JSON_ONLY))
  expect(dead).toMatchObject({ code: 'needs_reauth', loginUrl: `${login}&return_to=%2Fuse` })
})

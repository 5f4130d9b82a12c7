import { describe, expect, it } from 'vitest'
import type { PersonalityName } from '../../src/index.ts'
import { callbackOf, isRefusal, startClient } from './client.ts'
import { FACTS, NAMES } from './facts.ts'

const NAMED = NAMES as readonly PersonalityName[]
/** The authorization endpoints whose requests name a client and a redirect URI. */
const ADDRESSED = NAMED.filter((name) => !['vercel', 'bigcommerce'].includes(name))
const WITH_PKCE = NAMED.filter((name) => FACTS[name]?.pkce)

describe('authorization requests', () => {
  it.each(ADDRESSED)('of %s must name the client and an exact redirect URI', async (name) => {
    const { authorize } = startClient(name)
    expect((await authorize({ client_id: 'another' })).status).toBe(400)
    expect((await authorize({ redirect_uri: `https://app.example/auth/${name}/callback/` })).status).toBe(400)
    expect((await authorize({ redirect_uri: undefined })).status).toBe(400)
    const local = await authorize({ redirect_uri: `http://localhost:8787/auth/${name}/callback` })
    expect((await callbackOf(local))['code']).toBeDefined()
  })

  it.each([
    ['notion', { owner: undefined }],
    ['atlassian', { audience: undefined }],
    ['atlassian', { prompt: 'login' }],
    ['airtable', { state: undefined }],
    ['apple', { response_mode: undefined }],
    ['google', { response_type: undefined }],
  ] as const)('of %s need their parameters: %j', async (name, parameters) => {
    const callback = await callbackOf(await startClient(name).authorize(parameters))
    expect(callback['error']).toBe('invalid_request')
  })

  it.each(['github', 'slack', 'shopify', 'facebook', 'hubspot'] as const)(
    'of %s need no response_type',
    async (name) => {
      expect((await callbackOf(await startClient(name).authorize({ response_type: undefined })))['code']).toBeDefined()
      const callback = await callbackOf(await startClient(name).authorize({ response_type: 'token' }))
      expect(callback['error']).toBe('unsupported_response_type')
    },
  )

  it.each([
    ['slack', { scope: 'chat:write channels:read' }],
    ['shopify', { scope: 'read_products write_orders' }],
    ['google', { scope: 'openid,profile' }],
  ] as const)('of %s with the wrong separator are refused', async (name, parameters) => {
    expect((await callbackOf(await startClient(name).authorize(parameters)))['error']).toBe('invalid_scope')
  })

  it.each(['x', 'airtable', 'canva'] as const)('of %s need PKCE with S256', async (name) => {
    const { authorize } = startClient(name)
    const without = await callbackOf(await authorize({ code_challenge: undefined, code_challenge_method: undefined }))
    expect(without['error']).toBe('invalid_request')
    expect((await callbackOf(await authorize({ code_challenge_method: 'plain' })))['error']).toBe('invalid_request')
    expect((await callbackOf(await authorize({ code_challenge: 'short' })))['error']).toBe('invalid_request')
  })
})

describe('token requests', () => {
  it.each(WITH_PKCE)('of %s need the right code verifier', async (name) => {
    const { authorize, exchange } = startClient(name)
    const callback = await callbackOf(await authorize())
    for (const verifier of ['a'.repeat(43), undefined]) {
      const response = await exchange(callback, { code_verifier: verifier })
      expect(await response.text()).not.toContain('access_token')
    }
    expect(await (await exchange(callback)).text()).toContain('access_token')
  })

  it.each(ADDRESSED)('of %s need the redirect URI of the login', async (name) => {
    const { authorize, exchange } = startClient(name)
    const callback = await callbackOf(await authorize())
    const local = `http://localhost:8787/auth/${name}/callback`
    expect(await (await exchange(callback, { redirect_uri: local })).text()).not.toContain('access_token')
    expect(await (await exchange(callback)).text()).toContain('access_token')
  })

  it.each([
    ['discord', 'application/json'],
    ['google', 'application/json'],
    ['shopify', 'application/x-www-form-urlencoded'],
    ['bigcommerce', 'application/x-www-form-urlencoded'],
  ] as const)('of %s are refused as %s', async (name, type) => {
    const { request, facts } = startClient(name)
    const members = { client_id: `${name}-client-id`, client_secret: `${name}-client-secret` }
    const response = await request(facts.token, {
      method: 'POST',
      headers: { 'Content-Type': type },
      body: type.endsWith('json') ? JSON.stringify(members) : new URLSearchParams(members),
    })
    expect(await isRefusal(response, [400, '"error":"invalid_request"'])).toBe(true)
  })

  it.each([
    ['linkedin', 'basic'],
    ['dropbox', 'other-id'],
    ['notion', 'post'],
    ['x', 'post'],
    ['stripe', 'other-secret'],
  ] as const)('of %s are refused with %s', async (name, way) => {
    const { request, facts } = startClient(name)
    const [id, secret] = [`${name}-client-id`, facts.secret?.() ?? `${name}-client-secret`]
    const credentials = {
      'other-id': { client_id: 'another', client_secret: secret },
      'other-secret': { client_secret: 'another' },
      post: { client_id: id, client_secret: secret },
      basic: {},
    }[way]
    const body = new URLSearchParams({ grant_type: 'authorization_code', code: 'c', ...credentials })
    const headers = { Authorization: `Basic ${btoa(`${id}:${secret}`)}` }
    const response = await request(facts.token, { method: 'POST', body, ...(way === 'basic' ? { headers } : {}) })
    expect(await isRefusal(response, facts.wrongSecret)).toBe(true)
  })

  it.each([
    ['bigcommerce', { context: undefined }],
    ['bigcommerce', { context: 'stores/another' }],
    ['notion', { client_id: 'notion-client-id' }],
    ['google', { grant_type: 'implicit' }],
  ] as const)('of %s are refused with %j', async (name, members) => {
    const { authorize, exchange } = startClient(name)
    const callback = await callbackOf(await authorize())
    const response = await exchange(callback, members)
    expect(response.status).toBe(400)
    expect((await exchange(callback)).status).toBe(200)
  })

  it('of an expired code are refused', async () => {
    const { authorize, exchange, emulator, facts } = startClient('x')
    const callback = await callbackOf(await authorize())
    emulator.control.advance(30)
    expect(await isRefusal(await exchange(callback), facts.deadCode)).toBe(true)
  })
})

describe('API requests', () => {
  it.each([
    ['github', 403, 'User-Agent'],
    ['notion', 400, 'missing_version'],
    ['squarespace', 400, 'User-Agent'],
  ] as const)('of %s need their headers', async (name, status, part) => {
    const { login, request, facts } = startClient(name)
    const { access_token } = await login()
    const method = facts.api?.method ?? 'GET'
    const response = await request(facts.api?.url ?? '', {
      method,
      headers: { Authorization: `Bearer ${access_token}` },
    })
    expect(await isRefusal(response, [status, part])).toBe(true)
  })

  it.each(['shopify', 'bigcommerce', 'zoho'] as const)('of %s with a Bearer token are refused', async (name) => {
    const { login, request, facts } = startClient(name)
    const { access_token, members } = await login()
    const url = (facts.api?.url ?? '').replaceAll(/\{([\w-]+)\}/g, (_, member: string) => members[member] ?? '')
    const response = await request(url, { headers: { Authorization: `Bearer ${access_token}` } })
    expect(await isRefusal(response, facts.deadToken)).toBe(true)
  })

  it('of a GraphQL endpoint need an emulated field, and other addresses are 404', async () => {
    const { request } = startClient('linear')
    const post = (url: string, query: string) =>
      request(url, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ query }),
      })
    expect((await post('https://api.linear.app/graphql', '{ teams { id } }')).status).toBe(400)
    expect((await post('https://api.linear.app/rest', '{ viewer { id } }')).status).toBe(404)
  })
})

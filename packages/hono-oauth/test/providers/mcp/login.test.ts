import { describe, expect, it } from 'vitest'
import { DAY, ORIGIN } from '../../rig/constants.ts'
import { readJson } from '../../rig/read-json.ts'
import { openApp } from './app.ts'
import {
  challenge,
  type Documents,
  ISSUER,
  MCP,
  RESOURCE_METADATA,
  registering,
  resource,
  SERVER_METADATA,
  server,
} from './fake-server.ts'

const PROBE = `POST ${MCP}`
const AT_PATH = `GET ${RESOURCE_METADATA}/mcp`
const AT_ROOT = `GET ${RESOURCE_METADATA}`
const TENANT = `${ISSUER}/tenant1`
const none = () => new Response(null, { status: 404 })
const page = () => new Response('<html>', { headers: { 'content-type': 'text/html' } })

describe('a login finds the server', () => {
  it.each<[name: string, documents: Documents, asked: string[]]>([
    ['at the well-known address of its path', {}, [PROBE, AT_PATH, `GET ${SERVER_METADATA}`]],
    [
      'at the well-known address of its host',
      { [AT_PATH]: none, [AT_ROOT]: resource() },
      [PROBE, AT_PATH, AT_ROOT, `GET ${SERVER_METADATA}`],
    ],
    [
      'where a site answers each address with its page',
      { [AT_PATH]: page, [AT_ROOT]: resource({ resource: 'https://mcp.example' }) },
      [PROBE, AT_PATH, AT_ROOT, `GET ${SERVER_METADATA}`],
    ],
    [
      'whose identifier ends with a slash',
      { [AT_PATH]: resource({ resource: `${MCP}/` }) },
      [PROBE, AT_PATH, `GET ${SERVER_METADATA}`],
    ],
    [
      'where its challenge says',
      {
        [PROBE]: challenge('realm="a, b", resource_metadata="https://meta.example/mcp.json"'),
        'GET https://meta.example/mcp.json': resource(),
      },
      [PROBE, 'GET https://meta.example/mcp.json', `GET ${SERVER_METADATA}`],
    ],
    [
      'when it needs no token for a first request',
      { [PROBE]: { result: {} } },
      [PROBE, AT_PATH, `GET ${SERVER_METADATA}`],
    ],
    [
      'by OpenID Connect Discovery',
      { [`GET ${SERVER_METADATA}`]: none, [`GET ${ISSUER}/.well-known/openid-configuration`]: server() },
      [PROBE, AT_PATH, `GET ${SERVER_METADATA}`, `GET ${ISSUER}/.well-known/openid-configuration`],
    ],
    [
      'by an issuer with a path',
      {
        [AT_PATH]: resource({ authorization_servers: [TENANT] }),
        [`GET ${SERVER_METADATA}/tenant1`]: server({ issuer: TENANT }),
      },
      [PROBE, AT_PATH, `GET ${SERVER_METADATA}/tenant1`],
    ],
    [
      'by an issuer with a path, with OpenID Connect Discovery behind it',
      {
        [AT_PATH]: resource({ authorization_servers: [TENANT] }),
        [`GET ${TENANT}/.well-known/openid-configuration`]: server({ issuer: TENANT }),
      },
      [
        PROBE,
        AT_PATH,
        `GET ${SERVER_METADATA}/tenant1`,
        `GET ${ISSUER}/.well-known/openid-configuration/tenant1`,
        `GET ${TENANT}/.well-known/openid-configuration`,
      ],
    ],
  ])('%s', async (_, documents, asked) => {
    const app = openApp({ documents })
    const request = await app.start(app.browser())
    expect(request.origin + request.pathname).toBe(`${ISSUER}/authorize`)
    expect(app.servers.lines()).toEqual(asked)
  })
})

describe('a login requests', () => {
  it.each<[name: string, documents: Documents, options: object, scope: string | null]>([
    ['the scopes of the metadata', {}, {}, 'tools:read'],
    ['the scopes of the challenge first', { [PROBE]: challenge('scope="tools:use files"') }, {}, 'tools:use files'],
    ['the scopes of the app before both', { [PROBE]: challenge('scope="tools:use"') }, { scopes: ['mine'] }, 'mine'],
    ['no scope when the server names none', { [AT_PATH]: resource({ scopes_supported: undefined }) }, {}, null],
    [
      'a refresh token where that is a scope',
      { [`GET ${SERVER_METADATA}`]: server({ scopes_supported: ['offline_access'] }) },
      {},
      'tools:read offline_access',
    ],
  ])('%s', async (_, documents, options, scope) => {
    const app = openApp({ documents, options: { url: MCP, ...options } })
    const { searchParams } = await app.start(app.browser())
    expect(searchParams.get('scope')).toBe(scope)
    expect(searchParams.get('prompt')).toBe(scope?.includes('offline_access') ? 'consent' : null)
  })

  it('one resource, on every leg, as the server spells it', async () => {
    const documents = { [AT_PATH]: resource({ resource: 'https://mcp.example' }) }
    const app = openApp({ documents })
    const browser = app.browser()
    const request = await app.start(browser)
    expect(request.searchParams.get('resource')).toBe('https://mcp.example')
    expect(request.searchParams.get('code_challenge_method')).toBe('S256')
    await app.back(browser, request)
    app.advance(3600)
    await app.use(browser, (connection) => connection.fetch(MCP, { method: 'POST' }))
    const { code_verifier: codeVerifier, ...code } = app.servers.forms('/token')[0] ?? {}
    expect(codeVerifier).toHaveLength(43)
    const client = { resource: 'https://mcp.example', client_id: `${ORIGIN}/auth/mcp/client.json` }
    expect([code, ...app.servers.forms('/token').slice(1)]).toEqual([
      { ...client, grant_type: 'authorization_code', code: 'a-code', redirect_uri: `${ORIGIN}/auth/mcp/callback` },
      { ...client, grant_type: 'refresh_token', refresh_token: 'refresh-of-mcp-1' },
    ])
  })
})

describe('the app is known', () => {
  it('by the document that it serves', async () => {
    const app = openApp({ options: { url: MCP, clientName: 'Agent' } })
    const browser = app.browser()
    const id = (await app.start(browser)).searchParams.get('client_id') ?? ''
    const answer = await browser.request(new URL(id).pathname)
    expect(answer.headers.get('cache-control')).toBe('max-age=300')
    expect(await answer.json()).toEqual({
      client_id: id,
      client_name: 'Agent',
      client_uri: ORIGIN,
      redirect_uris: [`${ORIGIN}/auth/mcp/callback`],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
    })
    expect((await browser.request('/auth/other/client.json')).status).toBe(404)
  })

  const registered = (answer: object) => ({
    [`GET ${SERVER_METADATA}`]: registering({
      token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
    }),
    [`POST ${ISSUER}/register`]: () => Response.json(answer),
  })
  it.each<[name: string, documents: Documents, options: object, sent: object]>([
    ['by its registration', { [`GET ${SERVER_METADATA}`]: registering() }, {}, { client_id: 'client-1' }],
    [
      'by its registration, with a secret in the body',
      registered({ client_id: 'c', client_secret: 'canary-s', token_endpoint_auth_method: 'client_secret_post' }),
      {},
      { client_id: 'c', client_secret: 'canary-s' },
    ],
    [
      'by its registration, with a secret by HTTP Basic',
      registered({ client_id: 'c', client_secret: 'canary-s', token_endpoint_auth_method: 'client_secret_basic' }),
      {},
      { authorization: `Basic ${btoa('c:canary-s')}` },
    ],
    [
      'by the id and the secret of its settings',
      {},
      { issuer: ISSUER, clientId: 'mine', clientSecret: 'canary-m' },
      { authorization: `Basic ${btoa('mine:canary-m')}` },
    ],
  ])('%s', async (_, documents, options, sent) => {
    const app = openApp({ documents, options: { url: MCP, ...options } })
    const browser = await app.connected()
    app.advance(3600)
    expect((await app.use(browser, (connection) => connection.fetch(MCP, { method: 'POST' }))).status).toBe(200)
    expect(await app.leave(browser)).toBe('revoked')
    const asClient = app.servers.sent.filter(({ line }) => /\/(token|revoke)$/.test(line))
    expect(asClient.map(({ line }) => line)).toEqual([
      ...Array(2).fill(`POST ${ISSUER}/token`),
      ...Array(2).fill(`POST ${ISSUER}/revoke`),
    ])
    for (const { body, headers } of asClient) {
      expect({ authorization: headers.get('authorization'), ...body }).toMatchObject(sent)
    }
  })

  it('as a native app on this machine, by a new registration each time', async () => {
    const local = 'http://localhost:9000'
    const documents = {
      [`POST ${local}/mcp`]: challenge('error=""'),
      [`GET ${local}/.well-known/oauth-protected-resource/mcp`]: {
        resource: `${local}/mcp`,
        authorization_servers: [local],
      },
      [`GET ${local}/.well-known/oauth-authorization-server`]: server({
        issuer: local,
        authorization_endpoint: `${local}/authorize`,
        token_endpoint: `${local}/token`,
        revocation_endpoint: undefined,
        registration_endpoint: `${local}/register`,
      }),
      [`POST ${local}/register`]: () => Response.json({ client_id: 'native' }),
    }
    const app = openApp({ documents, options: { url: `${local}/mcp` }, origin: 'http://localhost:8787' })
    for (const _ of [1, 2]) {
      expect((await app.start(app.browser())).searchParams.get('client_id')).toBe('native')
    }
    const registrations = app.servers.sent.filter(({ line }) => line.endsWith('/register'))
    expect(registrations.map(({ body }) => body['application_type'])).toEqual(['native', 'native'])
  })

  const lines = (app: ReturnType<typeof openApp>, line: string) => app.servers.sent.filter((one) => one.line === line)
  const REGISTER = `POST ${ISSUER}/register`

  it('by one registration for all its users, for a week', async () => {
    const app = openApp({ documents: { [`GET ${SERVER_METADATA}`]: registering() } })
    const registration = { redirect_uris: [`${ORIGIN}/auth/mcp/callback`], application_type: 'web' }
    await app.connected()
    await app.connected()
    expect(lines(app, REGISTER).map(({ body }) => body)).toEqual([expect.objectContaining(registration)])
    app.advance(7 * DAY + 1)
    await app.connected()
    expect(lines(app, REGISTER)).toHaveLength(2)
  })

  it('by a registration for each of its addresses, which is used for as long as its secret lives', async () => {
    const app = openApp({ documents: { [`GET ${SERVER_METADATA}`]: registering() } })
    app.servers.documents[REGISTER] = () =>
      Response.json({ client_id: 'c', client_secret_expires_at: Math.floor(app.now() / 1000) + 3 * DAY })
    const other = 'https://other-app.example'
    for (const browser of [app.browser(), app.browser(), app.browserElsewhere(other)]) await app.start(browser)
    expect(lines(app, REGISTER).map(({ body }) => body['client_uri'])).toEqual([ORIGIN, other])
    app.advance(2 * DAY + 1)
    await app.start(app.browser())
    expect(lines(app, REGISTER)).toHaveLength(3)
  })

  it('by two registrations where two isolates ask at once, and both work', async () => {
    const app = openApp({ documents: { [`GET ${SERVER_METADATA}`]: registering() } })
    const browsers = [app.browserElsewhere(), app.browserElsewhere()]
    const requests = await Promise.all(browsers.map((browser) => app.start(browser)))
    const ids = requests.map(({ searchParams }) => searchParams.get('client_id'))
    expect(ids.toSorted()).toEqual(['client-1', 'client-2'])
    for (const [index, browser] of browsers.entries()) {
      expect((await app.back(browser, requests[index] as URL)).status).toBe(303)
    }
    expect(app.servers.forms('/token').map((form) => form['client_id'])).toEqual(ids)
  })

  it('and needs a new login where the server has forgotten its registration', async () => {
    const app = openApp({ documents: { [`GET ${SERVER_METADATA}`]: registering() } })
    const browser = await app.connected()
    app.servers.documents[`POST ${ISSUER}/token`] = () => Response.json({ error: 'invalid_client' }, { status: 401 })
    app.advance(3600)
    const answer = await app.use(browser, (connection) => connection.fetch(MCP))
    expect([answer.status, (await readJson(answer)).code]).toEqual([401, 'needs_reauth'])
  })
})

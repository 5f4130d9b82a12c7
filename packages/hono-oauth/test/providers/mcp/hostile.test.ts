import { mcp } from 'hono-oauth/providers/mcp'
import { describe, expect, it } from 'vitest'
import { ORIGIN } from '../../rig/constants.ts'
import { readJson } from '../../rig/read-json.ts'
import { openApp } from './app.ts'
import {
  challenge,
  type Documents,
  ISSUER,
  MCP,
  RESOURCE_METADATA,
  redirect,
  registering,
  resource,
  SERVER_METADATA,
  server,
} from './fake-server.ts'

const AT_PATH = `GET ${RESOURCE_METADATA}/mcp`
const AT_ISSUER = `GET ${SERVER_METADATA}`
const PROBE = `POST ${MCP}`
const FIRST = [PROBE, AT_PATH]
const BOTH = [...FIRST, AT_ISSUER]

/** A JSON text without an end. */
function endless(): Response {
  const chunk = new TextEncoder().encode(`"${'x'.repeat(64 * 1024)}"`)
  return new Response(new ReadableStream({ pull: (controller) => controller.enqueue(chunk) }))
}

describe('a login sends nothing further to a server', () => {
  it.each<[name: string, documents: Documents, asked: string[]]>([
    ['that is about another path', { [AT_PATH]: resource({ resource: 'https://mcp.example/mc' }) }, FIRST],
    ['that is about more than its path', { [AT_PATH]: resource({ resource: `${MCP}/tools` }) }, FIRST],
    ['that is about another query', { [AT_PATH]: resource({ resource: `${MCP}?tenant=2` }) }, FIRST],
    ['that is about another host', { [AT_PATH]: resource({ resource: 'https://bank.example/mcp' }) }, FIRST],
    ['that is about another port', { [AT_PATH]: resource({ resource: 'https://mcp.example:444/mcp' }) }, FIRST],
    ['that does not say what it is', { [AT_PATH]: resource({ resource: undefined }) }, FIRST],
    ['that trusts no issuer', { [AT_PATH]: resource({ authorization_servers: [] }) }, FIRST],
    ['whose metadata has no end', { [AT_PATH]: endless }, FIRST],
    ['whose metadata is elsewhere', { [AT_PATH]: redirect('https://elsewhere.example/') }, FIRST],
    ['without metadata', { [AT_PATH]: () => new Response() }, [...FIRST, `GET ${RESOURCE_METADATA}`]],
    ...['http://login.example', 'https://127.0.0.1', 'https://login.internal', `${ISSUER}?x`, 'file:///etc/passwd'].map(
      (issuer): [string, Documents, string[]] => [
        `whose issuer is ${issuer}`,
        { [AT_PATH]: resource({ authorization_servers: [issuer] }) },
        FIRST,
      ],
    ),
    ...['http://localhost/', 'https://169.254.169.254/latest', 'https://user@meta.example/'].map(
      (url): [string, Documents, string[]] => [
        `whose challenge leads to ${url}`,
        { [PROBE]: challenge(`resource_metadata="${url}"`) },
        [PROBE],
      ],
    ),
    ['with the metadata of another issuer', { [AT_ISSUER]: server({ issuer: 'https://bank.example' }) }, BOTH],
    ['with an issuer that differs by a slash', { [AT_ISSUER]: server({ issuer: `${ISSUER}/` }) }, BOTH],
    ['whose issuer has metadata without end', { [AT_ISSUER]: endless }, BOTH],
    ['whose issuer has its metadata elsewhere', { [AT_ISSUER]: redirect('https://elsewhere.example/') }, BOTH],
    ['without PKCE', { [AT_ISSUER]: server({ code_challenge_methods_supported: undefined }) }, BOTH],
    ['with plain PKCE alone', { [AT_ISSUER]: server({ code_challenge_methods_supported: ['plain'] }) }, BOTH],
    ['without a token endpoint', { [AT_ISSUER]: server({ token_endpoint: undefined }) }, BOTH],
    ['that takes no unknown app', { [AT_ISSUER]: server({ client_id_metadata_document_supported: false }) }, BOTH],
    ...['authorization_endpoint', 'token_endpoint', 'revocation_endpoint', 'registration_endpoint'].flatMap((name) =>
      [
        'http://login.example/x',
        'https://localhost/x',
        'https://[::1]/x',
        'https://10.0.0.1/x',
        'https://intranet/x',
      ].map((url): [string, Documents, string[]] => [
        `whose ${name} is ${url}`,
        { [AT_ISSUER]: registering({ [name]: url }) },
        BOTH,
      ]),
    ),
  ])('%s', async (_, documents, asked) => {
    const app = openApp({ documents })
    const browser = app.browser()
    expect([(await app.login(browser)).status, ...app.codes]).toEqual([502, 'provider_response_invalid'])
    expect(app.servers.lines()).toEqual(asked)
    expect(browser.cookieNames()).toEqual([])
  })

  it('whose registration is elsewhere, or says nothing', async () => {
    for (const answer of [redirect('https://elsewhere.example/'), () => Response.json({ client_id: '' })]) {
      const app = openApp({ documents: { [AT_ISSUER]: registering(), [`POST ${ISSUER}/register`]: answer } })
      expect((await app.login(app.browser())).status).toBe(502)
      expect(app.servers.lines()).toEqual([...BOTH, `POST ${ISSUER}/register`])
    }
  })

  it('that names another issuer than the settings, where the secret is for', async () => {
    const clientSecret = 'canary-secret'
    const options = { url: MCP, issuer: 'https://own.example', clientId: 'mine', clientSecret }
    const app = openApp({ options })
    expect((await app.login(app.browser())).status).toBe(502)
    expect(app.servers.lines()).toEqual(FIRST)
  })
})

describe('a person cannot name', () => {
  it.each([
    '',
    'mcp.example',
    'http://mcp.example/mcp',
    'http://localhost:8080/mcp',
    'https://localhost/mcp',
    'https://app.localhost/mcp',
    'https://127.0.0.1/mcp',
    'https://2130706433/mcp',
    'https://0x7f.1/mcp',
    'https://[::1]/mcp',
    'https://[::ffff:10.0.0.1]/mcp',
    'https://intranet/mcp',
    'https://printer.local/mcp',
    'https://db.internal/mcp',
    'https://router.home.arpa/mcp',
    'https://mcp.example./mcp',
    'https://user:password@mcp.example/mcp',
    'https://mcp.example/mcp#part',
    'https://mcp.example/mcp#',
    `https://mcp.example/${'x'.repeat(512)}`,
    'data:text/plain,mcp',
    'https://blocked.example/mcp',
  ])('%s', async (url) => {
    const app = openApp({ options: { allows: ({ host }) => host !== 'blocked.example' } })
    const browser = app.browser()
    const answer = await app.login(browser, `?${new URLSearchParams({ url })}`)
    expect([answer.status, ...app.codes]).toEqual([400, 'login_parameter_invalid'])
    expect(app.servers.lines()).toEqual([])
    expect(browser.cookieNames()).toEqual([])
  })

  it('a server on this machine, also where the app runs there but for loopback itself', async () => {
    const app = openApp({ options: {}, origin: 'http://localhost:8787' })
    expect((await app.login(app.browser(), '?url=http://192.168.1.1/mcp')).status).toBe(400)
    expect(app.servers.lines()).toEqual([])
    expect((await app.login(app.browser(), '?url=http://localhost:9000/mcp')).status).toBe(502)
    expect(app.servers.lines()[0]).toBe('POST http://localhost:9000/mcp')
  })
})

it('asks before it connects a server that another site has named', async () => {
  const app = openApp({ options: {} })
  const browser = app.browser()
  const link = `/auth/mcp/login?${new URLSearchParams({ url: MCP })}`
  const answer = await browser.navigate(link, { 'sec-fetch-site': 'cross-site' })
  expect(answer.status).toBe(200)
  const page = await answer.text()
  expect(page).toContain(`url: ${MCP}`)
  expect(app.servers.lines()).toEqual([])
  expect(browser.cookieNames()).toEqual([])
  const [, href = ''] = /href="([^"]*)"[^>]*>Connect</.exec(page) ?? []
  expect((await browser.navigate(`/auth/mcp/login${href.replaceAll('&amp;', '&')}`)).status).toBe(302)
})

describe('a code is not sent', () => {
  it.each([
    ['without an issuer where the server announces one', { iss: null }],
    ['from another issuer', { iss: 'https://bank.example' }],
    ['with an error from another issuer', { iss: 'https://bank.example', error: 'access_denied' }],
  ])('%s', async (_, changes) => {
    const app = openApp()
    const browser = app.browser()
    const request = await app.start(browser)
    app.servers.lines()
    const answer = await app.back(browser, request, changes)
    expect(answer.status).toBe(400)
    expect(await answer.text()).toContain('an answer that we cannot read')
    expect(app.servers.lines()).toEqual([])
    expect(await app.connections(browser)).toEqual([])
  })

  it('to a server that its MCP server names later: codes, refresh tokens and secrets go where the login went', async () => {
    const evil = 'https://evil.example'
    const app = openApp()
    const browser = app.browser()
    const request = await app.start(browser)
    Object.assign(app.servers.documents, {
      [AT_PATH]: resource({ authorization_servers: [evil] }),
      [AT_ISSUER]: server({ token_endpoint: `${evil}/token`, revocation_endpoint: `${evil}/revoke` }),
    })
    app.servers.lines()
    expect((await app.back(browser, request)).status).toBe(303)
    app.advance(3600)
    await app.use(browser, (connection) => connection.fetch(MCP, { method: 'POST' }))
    await app.leave(browser)
    expect(app.servers.lines()).toEqual([
      `POST ${ISSUER}/token`,
      `POST ${ISSUER}/token`,
      `POST ${MCP}`,
      `POST ${ISSUER}/revoke`,
      `POST ${ISSUER}/revoke`,
    ])
  })

  it('with a secret to an issuer that the settings do not name any more', async () => {
    const app = openApp({ options: { url: MCP, issuer: ISSUER, clientId: 'mine', clientSecret: 'canary-old' } })
    const browser = await app.connected()
    app.servers.lines()
    const next = { url: MCP, issuer: 'https://next.example', clientId: 'mine', clientSecret: 'canary-next' }
    app.advance(3600)
    const later = app.browserElsewhere(ORIGIN, next, browser.jar)
    expect((await app.use(later, (connection) => connection.fetch(MCP))).status).toBe(401)
    expect(app.servers.lines()).toEqual([])
  })

  it('and a token goes to the origin of its server alone', async () => {
    const app = openApp()
    const browser = await app.connected()
    app.servers.lines()
    const answer = await app.use(browser, (connection) => connection.fetch(`${ISSUER}/mcp`))
    expect((await readJson(answer)).code).toBe('destination_forbidden')
    expect(app.servers.lines()).toEqual([])
  })
})

describe('the settings', () => {
  it.each([
    ['mcp url', { url: 'http://mcp.example/mcp' }],
    ['mcp url', { url: '' }],
    ['mcp issuer', { url: MCP, clientId: 'mine' }],
    ['mcp clientId', { url: MCP, issuer: ISSUER, clientId: '' }],
    ['mcp clientId', { url: MCP, issuer: ISSUER, clientSecret: 'canary-secret' }],
    ['mcp clientSecret', { url: MCP, issuer: ISSUER, clientId: 'mine', clientSecret: '' }],
    ['mcp allows', { url: MCP, allows: () => true }],
    ['mcp clientId', { clientId: 'mine' }],
  ])('name the option that is wrong: %s', (option, options) => {
    expect(() => mcp(options as never)).toThrow(option)
  })

  it('take no server on this machine for an app that is public', async () => {
    const app = openApp({ options: { url: 'http://localhost:9000/mcp' }, origin: ORIGIN })
    expect((await app.login(app.browser())).status).toBe(500)
    expect(app.servers.lines()).toEqual([])
  })
})

import { describe, expect, it } from 'vitest'
import { ORIGIN } from '../../rig/constants.ts'
import { readJson } from '../../rig/read-json.ts'
import { openApp } from './app.ts'
import { challenge, ISSUER, MCP, registering, resource, SERVER_METADATA, server } from './fake-server.ts'

const OTHER = 'https://other.example'
const QUERY = `?${new URLSearchParams({ url: MCP })}`
/** Another server that trusts the same issuer. */
const otherServer = {
  [`GET ${OTHER}/.well-known/oauth-protected-resource`]: resource({ resource: OTHER }),
}
const post = (url: string) => (connection: { fetch: typeof fetch }) =>
  connection.fetch(url, { method: 'POST', body: '{}' })

describe('a connection to a server that a person named', () => {
  it('remembers the server, and says where it is connected again', async () => {
    const app = openApp({ options: {} })
    const browser = await app.connected(QUERY)
    const [connection] = await app.connections(browser)
    expect(connection.account).toEqual({ id: MCP, name: 'mcp.example/mcp' })
    const details = await readJson(app.use(browser, async ({ details }) => Response.json(details)))
    expect(details).toEqual({
      url: MCP,
      resource: MCP,
      issuer: ISSUER,
      tokenEndpoint: `${ISSUER}/token`,
      revocationEndpoint: `${ISSUER}/revoke`,
      clientId: `${ORIGIN}/auth/mcp/client.json`,
    })
    app.servers.documents[`POST ${ISSUER}/token`] = () => Response.json({ error: 'invalid_grant' }, { status: 400 })
    app.advance(3600)
    expect((await app.use(browser, post(MCP))).status).toBe(401)
    const [dead] = await app.connections(browser)
    expect([dead.health, dead.reauthorizeUrl]).toEqual(['needs_reauth', `${ORIGIN}/auth/mcp/login${QUERY}`])
  })

  it('is one of several, and a second login replaces that of the same server alone', async () => {
    const app = openApp({ options: {}, documents: otherServer })
    const browser = await app.connected(QUERY)
    for (const url of [OTHER, MCP]) {
      const request = await app.start(browser, `?${new URLSearchParams({ url })}`)
      expect((await app.back(browser, request)).status).toBe(303)
    }
    const accounts = (await app.connections(browser)).map(({ account }: { account: { id: string } }) => account.id)
    expect(accounts.toSorted()).toEqual([MCP, `${OTHER}/`])
    // The second login may be for another account, or for the same grant.
    expect(app.servers.forms('/revoke')).toEqual([])
  })

  it('asks for the union of scopes when the server wants more', async () => {
    const app = openApp({ options: {} })
    const browser = await app.connected(QUERY)
    const refusal = challenge('error="insufficient_scope", scope="tools:write"')()
    app.servers.documents[`POST ${MCP}`] = () => new Response(null, { status: 403, headers: refusal.headers })
    const { code, missingScopes, loginUrl } = await readJson(app.use(browser, post(MCP)))
    expect([code, missingScopes]).toEqual(['insufficient_scope', ['tools:write']])
    const { pathname, search } = new URL(loginUrl)
    const location = (await browser.navigate(pathname + search)).headers.get('location') ?? ''
    const { searchParams } = new URL(location)
    expect([searchParams.get('scope'), searchParams.get('resource')]).toEqual(['tools:read tools:write', MCP])
  })

  it('renews a token that the server refuses, once', async () => {
    const app = openApp()
    const browser = await app.connected()
    app.advance(120)
    app.servers.documents[`POST ${MCP}`] = ({ headers }) =>
      headers.get('authorization') === 'Bearer access-of-mcp-2'
        ? new Response('data: {}\n\n', { headers: { 'content-type': 'text/event-stream' } })
        : challenge('error="invalid_token"')()
    app.servers.lines()
    const answer = await app.use(browser, post(MCP))
    expect([answer.headers.get('content-type'), await answer.text()]).toEqual(['text/event-stream', 'data: {}\n\n'])
    expect(app.servers.lines()).toEqual([`POST ${MCP}`, `POST ${ISSUER}/token`, `POST ${MCP}`])
  })

  it('is renewed also while the authorization servers of others are down', async () => {
    const down = 'https://down.example'
    const elsewhere = 'https://elsewhere.example'
    const documents = {
      [`GET ${elsewhere}/.well-known/oauth-protected-resource`]: resource({
        resource: elsewhere,
        authorization_servers: [down],
      }),
      [`GET ${down}/.well-known/oauth-authorization-server`]: server({ issuer: down, token_endpoint: `${down}/token` }),
      [`POST ${down}/token`]: () =>
        Response.json({ access_token: 'canary-a', refresh_token: 'canary-r', token_type: 'Bearer', expires_in: 3600 }),
    }
    const app = openApp({ options: {}, documents })
    const failing = app.browser()
    const request = await app.start(failing, `?${new URLSearchParams({ url: elsewhere })}`)
    expect((await app.back(failing, request, { iss: down })).status).toBe(303)
    const browser = await app.connected(QUERY)
    app.advance(3600)
    app.servers.documents[`POST ${down}/token`] = () => new Response(null, { status: 503 })
    const statuses: number[] = []
    for (let use = 0; use < 3; use++) {
      app.advance(60)
      statuses.push((await app.use(failing, post(elsewhere))).status)
    }
    expect(statuses).toEqual([503, 503, 503])
    expect((await app.use(browser, post(MCP))).status).toBe(200)
  })

  it('is stored without its secret in clear, and works in an object of its owner', async () => {
    const registration = {
      client_id: 'c',
      client_secret: 'canary-secret',
      token_endpoint_auth_method: 'client_secret_post',
    }
    const documents = {
      [`GET ${SERVER_METADATA}`]: registering({ token_endpoint_auth_methods_supported: ['client_secret_post'] }),
      [`POST ${ISSUER}/register`]: () => Response.json(registration),
    }
    const app = openApp({ documents, isInObjects: true })
    const browser = await app.connected()
    app.advance(3600)
    expect((await app.use(browser, post(MCP))).status).toBe(200)
    expect(await app.leave(browser)).toBe('revoked')
    const secrets = app.servers.sent.filter(({ line }) => /\/(token|revoke)$/.test(line)).map(({ body }) => body)
    expect(secrets).toHaveLength(4)
    for (const body of secrets) expect(body).toMatchObject({ client_id: 'c', client_secret: 'canary-secret' })
    expect(app.objectNames().map((name) => name.split('/')[0])).toEqual(expect.arrayContaining(['notes', 'owners']))
  })
})

import { describe, expect, it } from 'vitest'
import {
  DEFAULT_WEBFLOW_SITE_TOKEN,
  DEFAULT_WEBFLOW_SITES,
  DEFAULT_WEBFLOW_USER,
  DEFAULT_WEBFLOW_WORKSPACE,
  DEFAULT_WEBFLOW_WORKSPACE_TOKEN,
  type WebflowOptions,
} from '../../src/index.ts'
import { API, CLIENT, START, startEmulator } from '../support.ts'

const SITE = DEFAULT_WEBFLOW_SITES[0]
const SITE_PATH = `/sites/${SITE?.id}`
const DAY = 24 * 60 * 60

const expectError = async (response: Response, status: number, code: string, message?: string) => {
  expect(await response.json()).toEqual({
    message: message ?? expect.any(String),
    code,
    externalReference: null,
    details: [],
  })
  expect(response.status).toBe(status)
  expect(response.headers.get('X-RateLimit-Limit')).toBe('60')
  expect(response.headers.get('X-RateLimit-Remaining')).toMatch(/^\d+$/)
}

interface Introspection {
  authorization: { id: string; createdOn: string; lastUsed: string; scope: string }
}

const introspect = async ({ api }: Pick<ReturnType<typeof startEmulator>, 'api'>, accessToken: string) =>
  (await (await api('/token/introspect', accessToken)).json()) as Introspection

describe('introspection', () => {
  it('shows the authorization and the application, and needs no scope', async () => {
    const { emulator, token, api } = startEmulator()
    const accessToken = await token({ scope: 'pages:read cms:read' })
    emulator.control.advance(60)
    const response = await api('/token/introspect', accessToken)
    expect(await response.json()).toEqual({
      authorization: {
        id: expect.stringMatching(/^[0-9a-f]{24}$/),
        createdOn: new Date(START).toISOString(),
        lastUsed: new Date(START + 60_000).toISOString(),
        grantType: 'authorization_code',
        rateLimit: 60,
        scope: 'pages:read,cms:read',
        authorizedTo: {
          siteIds: DEFAULT_WEBFLOW_SITES.map(({ id }) => id),
          workspaceIds: [],
          userIds: [DEFAULT_WEBFLOW_USER.id],
        },
      },
      application: {
        id: CLIENT.applicationId,
        description: CLIENT.description,
        homepage: CLIENT.homepage,
        displayName: 'Example App',
      },
    })
  })

  it.each([
    [DEFAULT_WEBFLOW_SITE_TOKEN, { siteIds: [SITE?.id], workspaceIds: [], userIds: [] }],
    [DEFAULT_WEBFLOW_WORKSPACE_TOKEN, { siteIds: [], workspaceIds: [DEFAULT_WEBFLOW_WORKSPACE.id], userIds: [] }],
  ])('shows a token from a settings page without an application', async ({ token, scopes }, authorizedTo) => {
    const response = await startEmulator().api('/token/introspect', token)
    const body = await response.json()
    expect(body).not.toHaveProperty('application')
    expect(body).toMatchObject({
      authorization: { grantType: 'client_credentials', scope: scopes.join(','), authorizedTo },
    })
  })

  it('separates scopes by spaces if configured', async () => {
    const spaced = startEmulator({ webflow: { introspectScopeSeparator: 'space' } })
    const scope = 'sites:read authorized_user:read'
    expect((await introspect(spaced, await spaced.token())).authorization.scope).toBe(scope)

    const once = startEmulator()
    const accessToken = await once.token()
    once.emulator.control.setScenario('webflow', 'introspect-space-separated', 1)
    expect((await introspect(once, accessToken)).authorization.scope).toBe(scope)
    expect((await introspect(once, accessToken)).authorization.scope).toBe('sites:read,authorized_user:read')
  })

  it.each<[string, number, string]>([
    ['introspect-500', 500, 'internal_error'],
    ['introspect-401', 401, 'not_authorized'],
  ])('%s', async (scenario, status, code) => {
    const { emulator, token, api } = startEmulator()
    const accessToken = await token()
    emulator.control.setScenario('webflow', scenario, 1)
    await expectError(await api('/token/introspect', accessToken), status, code)
    expect((await api('/token/introspect', accessToken)).status).toBe(200)
  })
})

describe('re-authorization', () => {
  const twice = async (webflow: WebflowOptions) => {
    const started = startEmulator({ webflow })
    const [first, second] = [await started.token(), await started.token()]
    const statuses = [await started.api('/sites', first), await started.api('/sites', second)]
    const alive = statuses.map(({ status }) => status === 200)
    const ids = await Promise.all(
      [first, second].map(async (value, index) =>
        alive[index] ? (await introspect(started, value)).authorization.id : undefined,
      ),
    )
    return { alive, sameId: ids[0] === ids[1] }
  }

  it('keeps the id and the older token by default', async () => {
    expect(await twice({})).toEqual({ alive: [true, true], sameId: true })
  })

  it('gives a new id if configured', async () => {
    const expected = { alive: [true, true], sameId: false }
    expect(await twice({ reauthorizationId: 'new' })).toEqual(expected)
  })

  it('invalidates the older token if configured', async () => {
    const { alive } = await twice({ olderTokens: 'invalidated' })
    expect(alive).toEqual([false, true])
  })

  it('gives a new id for another selection', async () => {
    const started = startEmulator()
    const sites = await introspect(started, await started.token())
    const workspace = await introspect(started, await started.token({ workspace: 'acme-studio' }))
    expect(workspace.authorization.id).not.toBe(sites.authorization.id)
  })
})

describe('users and sites', () => {
  it('returns the authorizing user', async () => {
    const { token, api } = startEmulator()
    const response = await api('/token/authorized_by', await token())
    expect(await response.json()).toEqual(DEFAULT_WEBFLOW_USER)
  })

  it('lists the sites and returns one of them', async () => {
    const { token, api } = startEmulator()
    const accessToken = await token()
    const list = await (await api('/sites', accessToken)).json()
    expect(list).toEqual({ sites: DEFAULT_WEBFLOW_SITES })
    expect(await (await api(SITE_PATH, accessToken)).json()).toEqual(SITE)
  })

  it('answers 404 for an unknown site and 403 for one without a grant', async () => {
    const { api } = startEmulator()
    const { token } = DEFAULT_WEBFLOW_SITE_TOKEN
    expect((await api(SITE_PATH, token)).status).toBe(200)
    await expectError(await api('/sites/nothing', token), 404, 'resource_not_found')
    const other = `/sites/${DEFAULT_WEBFLOW_SITES[1]?.id}`
    await expectError(await api(other, token), 403, 'forbidden')
  })

  it.each([
    ['/token/authorized_by', 'authorized_user:read'],
    ['/sites', 'sites:read'],
    [SITE_PATH, 'sites:read'],
  ])('GET %s needs %s', async (path, scope) => {
    const { token, api } = startEmulator()
    const message = `OAuthForbidden: You are missing the following scopes: ${scope}`
    const accessToken = await token({ scope: 'pages:read' })
    await expectError(await api(path, accessToken), 403, 'missing_scopes', message)
  })

  it('returns no user for a token from a settings page', async () => {
    const siteTokens = [{ ...DEFAULT_WEBFLOW_SITE_TOKEN, scopes: ['authorized_user:read'] }]
    const { api } = startEmulator({ webflow: { siteTokens } })
    const response = await api('/token/authorized_by', DEFAULT_WEBFLOW_SITE_TOKEN.token)
    await expectError(response, 403, 'forbidden')
  })

  it('answers 404 for an unknown route', async () => {
    const { token, api } = startEmulator()
    const response = await api('/token/authorized-by', await token())
    const message = 'Route not found: GET /v2/token/authorized-by'
    await expectError(response, 404, 'resource_not_found', message)
  })
})

describe('authentication', () => {
  it.each([
    ['no header', {}],
    ['another scheme', { Authorization: 'Token x' }],
    ['a bare token', { Authorization: DEFAULT_WEBFLOW_SITE_TOKEN.token }],
    ['an unknown token', { Authorization: 'Bearer x' }],
  ])('refuses %s', async (_name, headers) => {
    const response = await startEmulator().request(`${API}/sites`, { headers })
    await expectError(response, 401, 'not_authorized', 'Request not authorized')
  })

  it('accepts the scheme in upper and lower case', async () => {
    const headers = { Authorization: `bEaReR ${DEFAULT_WEBFLOW_SITE_TOKEN.token}` }
    const response = await startEmulator().request(`${API}/sites`, { headers })
    expect(response.status).toBe(200)
  })

  it('expires a token from a settings page after 365 days without use', async () => {
    const { emulator, api } = startEmulator()
    const { token } = DEFAULT_WEBFLOW_SITE_TOKEN
    for (const status of [200, 200]) {
      emulator.control.advance(364 * DAY)
      expect((await api('/sites', token)).status).toBe(status)
    }
    emulator.control.advance(365 * DAY)
    expect((await api('/sites', token)).status).toBe(401)
  })

  it('expires an OAuth token after idle days only if configured', async () => {
    const statusAfter = async (webflow: WebflowOptions) => {
      const { emulator, token, api } = startEmulator({ webflow })
      const accessToken = await token()
      emulator.control.advance(1000 * DAY)
      return (await api('/sites', accessToken)).status
    }
    expect(await statusAfter({})).toBe(200)
    expect(await statusAfter({ accessTokenIdleDays: 365 })).toBe(401)
  })
})

describe('rate limit', () => {
  it('counts per token and minute', async () => {
    const { emulator, token, api } = startEmulator({ webflow: { rateLimit: 2 } })
    const [first, second] = [await token(), await token()]
    const ask = async (accessToken: string) => {
      const { status, headers } = await api('/sites', accessToken)
      const names = ['X-RateLimit-Limit', 'X-RateLimit-Remaining', 'Retry-After']
      return [status, ...names.map((name) => headers.get(name))]
    }
    expect(await ask(first)).toEqual([200, '2', '1', null])
    emulator.control.advance(15)
    expect(await ask(first)).toEqual([200, '2', '0', null])
    expect(await ask(first)).toEqual([429, '2', '0', '45'])
    expect(await ask(second)).toEqual([200, '2', '1', null])
    emulator.control.advance(45)
    expect(await ask(first)).toEqual([200, '2', '1', null])
  })

  it('answers with the documented error', async () => {
    const { token, api } = startEmulator()
    const accessToken = await token()
    for (let sent = 0; sent < 60; sent += 1) {
      expect((await api('/sites', accessToken)).status).toBe(200)
    }
    const response = await api('/sites', accessToken)
    await expectError(response, 429, 'too_many_requests', 'Too Many Requests')
  })
})

describe('API faults', () => {
  it.each<[string, number, string]>([
    ['api-401', 401, 'not_authorized'],
    ['api-403-scope', 403, 'missing_scopes'],
    ['api-403-forbidden', 403, 'forbidden'],
    ['api-429', 429, 'too_many_requests'],
    ['api-500', 500, 'internal_error'],
  ])('%s', async (scenario, status, code) => {
    const { emulator, token, api } = startEmulator()
    const accessToken = await token()
    emulator.control.setScenario('webflow', scenario)
    await expectError(await api('/token/authorized_by', accessToken), status, code)
    const response = await api('/sites', accessToken)
    expect(response.headers.get('Retry-After')).toBe(status === 429 ? '60' : null)
    await expectError(response, status, code)
    expect((await api('/token/introspect', accessToken)).status).toBe(200)
    emulator.control.clearScenarios()
    expect((await api('/sites', accessToken)).status).toBe(200)
  })

  it('userinfo-503 affects only the user', async () => {
    const { emulator, token, api } = startEmulator()
    const accessToken = await token()
    emulator.control.setScenario('webflow', 'userinfo-503')
    expect((await api('/token/authorized_by', accessToken)).status).toBe(503)
    expect((await api('/sites', accessToken)).status).toBe(200)
  })

  it('api-401-once happens once by default', async () => {
    const { emulator, token, api } = startEmulator()
    const accessToken = await token()
    const statuses = async () => {
      const [first, second, third] = [
        await api('/sites', accessToken),
        await api('/sites', accessToken),
        await api('/sites', accessToken),
      ]
      return [first.status, second.status, third.status]
    }
    emulator.control.setScenario('webflow', 'api-401-once')
    expect(await statuses()).toEqual([401, 200, 200])
    emulator.control.setScenario('webflow', 'api-401-once', 2)
    expect(await statuses()).toEqual([401, 401, 200])
  })
})

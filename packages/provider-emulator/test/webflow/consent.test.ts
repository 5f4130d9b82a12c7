import { describe, expect, it } from 'vitest'
import { DEFAULT_WEBFLOW_SITES, DEFAULT_WEBFLOW_WORKSPACE, type WebflowOptions } from '../../src/index.ts'
import { AUTHORIZE, CALLBACK, CLIENT, callbackOf, startEmulator } from '../support.ts'

const [bakery = '', journal = '', shop = ''] = DEFAULT_WEBFLOW_SITES.map(({ id }) => id)
const SECOND = { id: 'a'.repeat(24), slug: 'second', name: 'Second' }
const SECOND_SITE = {
  id: 'b'.repeat(24),
  workspaceId: SECOND.id,
  displayName: 'Other',
  shortName: 'other',
}
const TWO_WORKSPACES: WebflowOptions = {
  workspaces: [DEFAULT_WEBFLOW_WORKSPACE, SECOND],
  sites: [...DEFAULT_WEBFLOW_SITES, SECOND_SITE],
}

async function openConsent(webflow: WebflowOptions = {}, parameters: Record<string, string> = {}) {
  const started = startEmulator({ consent: 'page', webflow })
  const response = await started.authorize(parameters)
  const page = await response.text()
  const requestId = /name="request" value="([0-9a-f]+)"/.exec(page)?.[1] ?? ''
  const decide = (fields: string, base = AUTHORIZE) =>
    started.request(base, {
      method: 'POST',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
      body: `request=${requestId}&${fields}`,
    })
  /** Allows with these form fields; returns the access of the grant. */
  const grant = async (fields: string) => {
    const code = callbackOf(await decide(fields)).get('code') ?? ''
    const answer = await started.requestToken(code, { redirect_uri: CALLBACK })
    const { access_token } = (await answer.json()) as { access_token: string }
    const introspection = await started.api('/token/introspect', access_token)
    const { authorization } = (await introspection.json()) as {
      authorization: { authorizedTo: { siteIds: string[]; workspaceIds: string[] } }
    }
    const sites = await started.api('/sites', access_token)
    return {
      ...authorization.authorizedTo,
      listed: ((await sites.json()) as { sites: { id: string }[] }).sites.map(({ id }) => id),
    }
  }
  return { ...started, response, page, decide, grant }
}

const checked = (page: string) =>
  [...page.matchAll(/name="(\w+)" value="(\w*)" checked/g)].map(([, name, value]) => ({
    [name ?? '']: value,
  }))

describe('consent page', () => {
  it('shows the user, the app and the scopes, and that the page is emulated', async () => {
    const { response, page } = await openConsent()
    expect(response.status).toBe(200)
    expect(page).toContain('Emulated Webflow')
    expect(page).toContain('Example App')
    expect(page).toContain('<code>sites:read</code>')
    expect(page).toContain('<code>authorized_user:read</code>')
    expect(page).toContain('<form method="post" action="authorize">')
    expect(page).toContain('<html lang="en">')
    expect(checked(page)).toEqual([{ workspace: '' }, { site: bakery }, { site: journal }, { site: shop }])
  })

  it('sends headers that forbid scripts and frames, but not the redirect after the form', async () => {
    const { response } = await openConsent()
    const policy = response.headers.get('Content-Security-Policy')
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).not.toContain('form-action')
    expect(response.headers.get('X-Content-Type-Options')).toBe('nosniff')
    expect(response.headers.get('Cache-Control')).toBe('no-store')
  })

  it.each([AUTHORIZE, 'http://localhost:9000/webflow.com/oauth/authorize'])(
    'accepts the decision at %s',
    async (base) => {
      const { decide } = await openConsent()
      const response = await decide(`decision=allow&site=${bakery}`, base)
      expect(response.status).toBe(302)
      expect([...callbackOf(response).keys()]).toEqual(['code', 'state'])
    },
  )

  it('grants only the chosen sites', async () => {
    const { grant } = await openConsent()
    expect(await grant(`decision=allow&workspace=&site=${shop}&site=${bakery}`)).toEqual({
      siteIds: [bakery, shop],
      workspaceIds: [],
      userIds: expect.any(Array),
      listed: [bakery, shop],
    })
  })

  it('grants a whole workspace', async () => {
    const { grant } = await openConsent(TWO_WORKSPACES)
    const fields = `decision=allow&workspace=${DEFAULT_WEBFLOW_WORKSPACE.id}&site=${bakery}`
    expect(await grant(fields)).toMatchObject({
      siteIds: [],
      workspaceIds: [DEFAULT_WEBFLOW_WORKSPACE.id],
      listed: [bakery, journal, shop],
    })
  })

  it('redirects with access_denied and the state', async () => {
    const { decide } = await openConsent()
    const parameters = callbackOf(await decide(`decision=deny&site=${bakery}`))
    expect([...parameters.keys()]).toEqual(['error', 'error_description', 'state'])
    expect(parameters.get('error')).toBe('access_denied')
  })

  it.each([
    ['no decision', `site=${bakery}`],
    ['no site', 'decision=allow'],
    ['an unknown site', 'decision=allow&site=nonsense'],
    ['an unknown workspace', 'decision=allow&workspace=nonsense'],
    ['sites of two workspaces', `decision=allow&site=${bakery}&site=${SECOND_SITE.id}`],
  ])('shows a 400 page for %s', async (_name, fields) => {
    const { decide } = await openConsent(TWO_WORKSPACES)
    const response = await decide(fields)
    expect(response.status).toBe(400)
    expect(response.headers.get('Location')).toBeNull()
  })

  it('shows a 400 page for an unknown request', async () => {
    const { request } = startEmulator({ consent: 'page' })
    const body = new URLSearchParams({ request: 'nonsense', decision: 'allow', site: bakery })
    const response = await request(AUTHORIZE, { method: 'POST', body })
    expect(response.status).toBe(400)
  })

  it('issues a new code when the user goes back and allows again', async () => {
    const { decide } = await openConsent()
    const first = callbackOf(await decide(`decision=allow&site=${bakery}`))
    const second = callbackOf(await decide(`decision=allow&site=${bakery}`))
    expect(second.get('code')).not.toBe(first.get('code'))
    expect(second.get('state')).toBe(first.get('state'))
  })

  it('preselects the sites of the first workspace, or the requested workspace', async () => {
    const first = await openConsent(TWO_WORKSPACES)
    expect(checked(first.page)).toHaveLength(4)
    const second = await openConsent(TWO_WORKSPACES, { workspace: 'second' })
    expect(checked(second.page)).toEqual([{ site: SECOND_SITE.id }, { workspace: SECOND.id }])
  })

  it('offers a choice of one site to a single-site app', async () => {
    const { page, decide, grant } = await openConsent({
      clients: [{ ...CLIENT, installation: 'single-site' }],
    })
    expect(page).not.toContain('type="checkbox"')
    expect(checked(page)).toEqual([{ site: bakery }])
    expect((await decide(`decision=allow&site=${bakery}&site=${shop}`)).status).toBe(400)
    const workspace = DEFAULT_WEBFLOW_WORKSPACE.id
    expect((await decide(`decision=allow&workspace=${workspace}`)).status).toBe(400)
    expect(await grant(`decision=allow&site=${shop}`)).toMatchObject({ listed: [shop] })
  })
})

describe('automatic consent', () => {
  it('grants the preselection of the page', async () => {
    const { token, api } = startEmulator({ webflow: TWO_WORKSPACES })
    const authorizedTo = async (parameters: Record<string, string>) => {
      const response = await api('/token/introspect', await token(parameters))
      return ((await response.json()) as { authorization: { authorizedTo: unknown } }).authorization.authorizedTo
    }
    expect(await authorizedTo({})).toMatchObject({ siteIds: [bakery, journal, shop] })
    expect(await authorizedTo({ workspace: 'second' })).toMatchObject({
      siteIds: [],
      workspaceIds: [SECOND.id],
    })
  })
})

import { describe, expect, it } from 'vitest'
import { DEFAULT_WEBFLOW_SITE_TOKEN, type WebflowOptions } from '../../src/index.ts'
import { CLIENT, credentials, REVOKE, startEmulator } from '../support.ts'

const OLDER = 'https://api.webflow.com/oauth/revoke_authorization'

const SHAPES = [
  [REVOKE, 'did_revoke', 'error_description'],
  [OLDER, 'didRevoke', 'error_response'],
] as const

describe.each(SHAPES)('revocation at %s', (url, revoked, description) => {
  it('revokes every token of the grant, once', async () => {
    const { token, api, revoke } = startEmulator()
    const [first, second] = [await token(), await token()]
    const other = await token({ workspace: 'acme-studio' })
    const response = await revoke(first, url)
    expect(response.status).toBe(200)
    expect(await response.json()).toEqual({ [revoked]: true })
    expect((await api('/sites', first)).status).toBe(401)
    expect((await api('/sites', second)).status).toBe(401)
    expect((await api('/sites', other)).status).toBe(200)

    const again = await revoke(first, url)
    expect(again.status).toBe(400)
    expect(await again.json()).toEqual({
      error: 'invalid_token',
      [description]: expect.stringContaining('already been revoked'),
    })
  })

  it.each([
    ['a wrong secret', { client_secret: 'x' }, 401, 'invalid_client'],
    ['an unknown client', { client_id: 'x' }, 401, 'invalid_client'],
    ['no token', { access_token: undefined }, 400, 'invalid_request'],
    ['an unknown token', { access_token: 'x' }, 400, 'invalid_token'],
    ['a token from a settings page', { access_token: DEFAULT_WEBFLOW_SITE_TOKEN.token }, 400, 'invalid_token'],
  ])('refuses %s', async (_name, members, status, error) => {
    const { token, post, api } = startEmulator()
    const access_token = await token()
    const response = await post(url, { ...credentials, access_token, ...members })
    expect(response.status).toBe(status)
    expect(await response.json()).toEqual({ error, [description]: expect.any(String) })
    expect((await api('/sites', access_token)).status).toBe(200)
  })

  it('refuses the token of another client', async () => {
    const other = { ...CLIENT, id: 'e'.repeat(64), secret: 'd'.repeat(64) }
    const { token, post } = startEmulator({ webflow: { clients: [CLIENT, other] } })
    const body = {
      client_id: other.id,
      client_secret: other.secret,
      access_token: await token(),
    }
    expect(await (await post(url, body)).json()).toMatchObject({ error: 'invalid_token' })
  })

  it('refuses an unreadable body', async () => {
    const { request } = startEmulator()
    const headers = { 'Content-Type': 'application/json' }
    const response = await request(url, { method: 'POST', headers, body: '{' })
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ error: 'invalid_request' })
  })

  it('accepts a form unless configured otherwise', async () => {
    const statusOf = async (webflow: WebflowOptions) => {
      const { token, request } = startEmulator({ webflow })
      const body = new URLSearchParams({ ...credentials, access_token: await token() })
      return (await request(url, { method: 'POST', body })).status
    }
    expect(await statusOf({})).toBe(200)
    expect(await statusOf({ revocation: { form: false } })).toBe(400)
  })

  it('uses the configured status of errors', async () => {
    const { revoke, post } = startEmulator({
      webflow: { revocation: { errorStatus: 404, clientErrorStatus: 403 } },
    })
    expect((await revoke('x', url)).status).toBe(404)
    expect((await post(url, {})).status).toBe(403)
  })

  it.each<[string, number, unknown]>([
    ['revoke-503', 503, 'Service Unavailable'],
    ['revoke-invalid-client', 401, expect.stringContaining('"invalid_client"')],
    ['revoke-did-not', 200, JSON.stringify({ [revoked]: false })],
    ['revoke-html', 200, expect.stringMatching(/^<!doctype html>/)],
  ])('%s leaves the token valid', async (scenario, status, text) => {
    const { emulator, token, api, revoke } = startEmulator()
    const accessToken = await token()
    emulator.control.setScenario('webflow', scenario, 1)
    const response = await revoke(accessToken, url)
    expect(response.status).toBe(status)
    expect(await response.text()).toEqual(text)
    expect((await api('/sites', accessToken)).status).toBe(200)
    expect((await revoke(accessToken, url)).status).toBe(200)
  })
})

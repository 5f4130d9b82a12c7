import { describe, expect, it } from 'vitest'
import { DEFAULT_WEBFLOW_SITES } from '../../src/index.ts'
import { CALLBACK, CLIENT, CONTROL, JSON_TYPE, startEmulator } from '../support.ts'

const INSTALL = `${CONTROL}/webflow/install`
const SITE = DEFAULT_WEBFLOW_SITES[2]?.id ?? ''

const locationOf = async (response: Response): Promise<URL> => {
  expect(response.status).toBe(200)
  return new URL(((await response.json()) as { location: string }).location)
}

describe('install from the marketplace', () => {
  it('returns a code without a state, which needs no redirect_uri', async () => {
    const { request, requestToken } = startEmulator()
    const location = await locationOf(await request(INSTALL, { method: 'POST', headers: JSON_TYPE }))
    expect(location.href).toMatch(`${CALLBACK}?code=`)
    expect([...location.searchParams.keys()]).toEqual(['code'])
    const response = await requestToken(location.searchParams.get('code') ?? '')
    expect(response.status).toBe(200)
  })

  it('installs the given app on the given sites', async () => {
    const { post, requestToken, api } = startEmulator()
    const body = { clientId: CLIENT.id, siteIds: [SITE] }
    const code = (await locationOf(await post(INSTALL, body))).searchParams.get('code') ?? ''
    const answer = (await (await requestToken(code)).json()) as { access_token: string }
    const sites = await (await api('/sites', answer.access_token)).json()
    expect(sites).toMatchObject({ sites: [{ id: SITE }] })
  })

  it.each([{ clientId: 'unknown' }, { siteIds: ['nowhere'] }, { siteIds: [] }, { siteIds: SITE }, { siteId: SITE }])(
    'refuses %j',
    async (body) => {
      const response = await startEmulator().post(INSTALL, body)
      expect(response.status).toBe(400)
      expect(await response.json()).toEqual({ error: expect.any(String) })
    },
  )
})

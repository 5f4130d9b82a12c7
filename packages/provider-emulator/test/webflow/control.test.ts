import { expect, it } from 'vitest'
import { CLIENT, CONTROL, startEmulator } from '../support.ts'

const SCOPES = ['sites:read', 'authorized_user:read']

it('lists and revokes grants over HTTP, as a user can do in the workspace settings', async () => {
  const { token, api, request, post } = startEmulator()
  const accessToken = await token()
  const listed = (await (await request(`${CONTROL}/webflow/grants`)).json()) as { grants: { id: string }[] }
  expect(listed.grants).toMatchObject([{ clientId: CLIENT.id, scopes: SCOPES, alive: true, liveAccessTokens: 1 }])
  const revoked = await post(`${CONTROL}/webflow/revoke-grant`, { id: listed.grants[0]?.id })
  expect(await revoked.json()).toMatchObject({ alive: false, liveAccessTokens: 0, accessTokensIssued: 1 })
  expect((await api('/sites', accessToken)).status).toBe(401)
  expect((await post(`${CONTROL}/webflow/revoke-grant`, { id: 'unknown' })).status).toBe(404)
  expect((await api('/sites', await token())).status).toBe(200)
})

it.each([
  [{}, 0, 200],
  [{ accessTokenFields: { expiresIn: 3600 } }, 1, 401],
])('with %j, it lets %i access token expire', async (webflow, expired, status) => {
  const { token, api, post } = startEmulator({ webflow })
  const accessToken = await token()
  expect(await (await post(`${CONTROL}/webflow/expire-access-tokens`, {})).json()).toEqual({ expired })
  expect((await api('/sites', accessToken)).status).toBe(status)
})

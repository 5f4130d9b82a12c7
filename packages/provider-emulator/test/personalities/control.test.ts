import { expect, it } from 'vitest'
import { CONTROL, JSON_TYPE } from '../support.ts'
import { startClient } from './client.ts'

it('lists, revokes and expires the grants of a personality over HTTP', async () => {
  const { login, api, request, refresh } = startClient('gitlab')
  const session = await login()
  const listed = (await (await request(`${CONTROL}/gitlab/grants`)).json()) as { grants: { id: string }[] }
  expect(listed.grants).toMatchObject([
    {
      clientId: 'gitlab-client-id',
      subject: '1001',
      scopes: ['read_user', 'read_api'],
      alive: true,
      liveAccessTokens: 1,
    },
  ])
  const post = (path: string, body = '{}') =>
    request(`${CONTROL}/gitlab${path}`, { method: 'POST', headers: JSON_TYPE, body })
  expect(await (await post('/expire-access-tokens')).json()).toEqual({ expired: 1 })
  expect((await api(session)).status).toBe(401)
  const next = await refresh(session)
  const revoked = await post('/revoke-grant', JSON.stringify({ id: listed.grants[0]?.id }))
  expect(await revoked.json()).toMatchObject({ alive: false, liveAccessTokens: 0 })
  expect((await api(next)).status).toBe(401)
})

it('answers 404 for an unknown personality or grant', async () => {
  const { request } = startClient('gitlab')
  expect((await request(`${CONTROL}/nonsense/grants`)).status).toBe(404)
  const body = '{"id":"unknown"}'
  expect((await request(`${CONTROL}/gitlab/revoke-grant`, { method: 'POST', headers: JSON_TYPE, body })).status).toBe(
    404,
  )
})

it('forgets grants, codes and logins at a reset', async () => {
  const { login, api, emulator, request } = startClient('gitlab')
  const session = await login()
  await request(`${CONTROL}/reset`, { method: 'POST', headers: JSON_TYPE })
  expect((await api(session)).status).toBe(401)
  expect(emulator.control.personality('gitlab').grants()).toEqual([])
})

it('answers under a path prefix, and masks tokens in the log', async () => {
  const { request, emulator } = startClient('hubspot')
  const prefix = 'http://localhost:9000/api.hubapi.com'
  expect((await request(`${prefix}/oauth/v1/refresh-tokens/secret`, { method: 'DELETE' })).status).toBe(204)
  expect(emulator.control.requests()).toMatchObject([
    { host: 'api.hubapi.com', path: '/oauth/v1/refresh-tokens/[masked]', status: 204 },
  ])
})

it('lists the hosts and the active scenarios of personalities on the control page', async () => {
  const { request, fault } = startClient('shopify')
  fault('revoke-503')
  const page = await (await request('http://localhost:9000/')).text()
  expect(page).toContain('<code>/*.myshopify.com/</code>')
  expect(page).toContain('<b>Shopify</b> <code>revoke-503</code>')
})

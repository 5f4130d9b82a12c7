import { describe, expect, it } from 'vitest'
import { CONTROL, JSON_TYPE, START, startEmulator } from './support.ts'

interface Listed {
  provider: string
  name: string
  description: string
  active: boolean
  times: number | null
}

describe('control over HTTP', () => {
  it('lists and deletes requests, without control requests', async () => {
    const { emulator, request } = startEmulator()
    await request('https://webflow.com/x')
    const listed = (await (await request(`${CONTROL}/requests`)).json()) as { requests: unknown[] }
    expect(listed.requests).toEqual(emulator.control.requests())
    expect(listed.requests).toHaveLength(1)
    expect((await request(`${CONTROL}/requests`, { method: 'DELETE' })).status).toBe(204)
    expect(await (await request(`${CONTROL}/requests`)).json()).toEqual({ requests: [] })
  })

  it('activates scenarios, counts them down and clears them', async () => {
    const { emulator, request, send } = startEmulator()
    const list = async () => {
      const response = await request(`${CONTROL}/scenarios`)
      const { scenarios } = (await response.json()) as { scenarios: Listed[] }
      const own = scenarios.filter(({ provider }) => provider === 'webflow')
      return new Map(own.map(({ name, active, times }) => [name, { active, times }]))
    }
    const put = await send('PUT', `${CONTROL}/scenarios/webflow/token-endpoint-503`, { times: 2 })
    expect(await put.json()).toEqual({
      provider: 'webflow',
      name: 'token-endpoint-503',
      description: expect.any(String),
      active: true,
      times: 2,
    })
    await request(`${CONTROL}/scenarios/webflow/revoke-503`, { method: 'PUT', headers: JSON_TYPE })
    expect((await list()).get('revoke-503')).toEqual({ active: true, times: null })
    await request('https://api.webflow.com/oauth/access_token', { method: 'POST' })
    expect((await list()).get('token-endpoint-503')).toEqual({ active: true, times: 1 })
    await request('https://api.webflow.com/oauth/access_token', { method: 'POST' })
    expect((await list()).get('token-endpoint-503')).toEqual({ active: false, times: null })

    expect((await request(`${CONTROL}/scenarios`, { method: 'DELETE' })).status).toBe(204)
    expect(emulator.control.scenarios().some(({ active }) => active)).toBe(false)
  })

  it('activates the scenario of one provider among several with that name', async () => {
    const { emulator, request, send } = startEmulator()
    const active = () =>
      emulator.control.scenarios().flatMap(({ provider, name, active }) => (active ? [[provider, name]] : []))
    const put = await send('PUT', `${CONTROL}/scenarios/github/revoke-503`, { times: 1 })
    expect(await put.json()).toMatchObject({ provider: 'github', name: 'revoke-503', active: true, times: 1 })
    expect(active()).toEqual([['github', 'revoke-503']])
    emulator.control.setScenario('webflow', 'revoke-503')
    const off = await request(`${CONTROL}/scenarios/github/revoke-503`, { method: 'DELETE' })
    expect(await off.json()).toMatchObject({ provider: 'github', active: false })
    expect(active()).toEqual([['webflow', 'revoke-503']])
    expect((await request(`${CONTROL}/scenarios/github/nonsense`, { method: 'DELETE' })).status).toBe(404)
    expect((await send('PUT', `${CONTROL}/scenarios/github/nonsense`, {})).status).toBe(404)
    expect((await send('PUT', `${CONTROL}/scenarios/nonsense/revoke-503`, {})).status).toBe(404)
    expect((await send('PUT', `${CONTROL}/scenarios/revoke-503`, {})).status).toBe(404)
  })

  it('answers 404 for an unknown scenario, with the known names', async () => {
    const { emulator, request } = startEmulator()
    const response = await request(`${CONTROL}/scenarios/webflow/token-endpoint-504`, {
      method: 'PUT',
      headers: JSON_TYPE,
    })
    expect(response.status).toBe(404)
    const { error } = (await response.json()) as { error: string }
    expect(error).toContain('"token-endpoint-504"')
    expect(error).toContain('token-endpoint-503')
    expect(() => emulator.control.setScenario('webflow', 'nonsense')).toThrow('nonsense')
  })

  it.each([0, -1, 1.5, '2', true, 1e300])('refuses times %j', async (times) => {
    const { emulator, send } = startEmulator()
    const response = await send('PUT', `${CONTROL}/scenarios/webflow/api-500`, { times })
    expect(response.status).toBe(400)
    expect(await response.json()).toEqual({ error: '"times" must be a positive integer.' })
    expect(emulator.control.scenarios().some(({ active }) => active)).toBe(false)
  })

  it('moves the clock', async () => {
    const { emulator, post } = startEmulator()
    const response = await post(`${CONTROL}/clock`, { advanceSeconds: 90 })
    expect(await response.json()).toEqual({ now: '2024-06-01T12:01:30.000Z' })
    expect(new Date(emulator.control.now()).toISOString()).toBe('2024-06-01T12:01:30.000Z')
    expect(() => emulator.control.advance(-1)).toThrow('zero or more')
  })

  it.each([{}, { advanceSeconds: '5' }, { advanceSeconds: -5 }, { advanceSeconds: null }])(
    'refuses to move the clock by %j',
    async (body) => {
      const response = await startEmulator().post(`${CONTROL}/clock`, body)
      expect(response.status).toBe(400)
      expect(await response.json()).toEqual({ error: expect.stringContaining('advanceSeconds') })
    },
  )

  it('does not move the clock beyond the largest date', async () => {
    const { emulator, post } = startEmulator()
    const response = await post(`${CONTROL}/clock`, { advanceSeconds: 1e300 })
    expect(response.status).toBe(400)
    expect(emulator.control.now()).toBe(START)
  })

  it('resets everything', async () => {
    const { emulator, request, token, api, requestToken, callback } = startEmulator()
    const accessToken = await token()
    const code = (await callback()).get('code') ?? ''
    emulator.control.setScenario('webflow', 'api-500')
    emulator.control.advance(5)
    expect((await request(`${CONTROL}/reset`, { method: 'POST', headers: JSON_TYPE })).status).toBe(204)

    expect(emulator.control.requests()).toEqual([])
    expect(emulator.control.scenarios().some(({ active }) => active)).toBe(false)
    expect(new Date(emulator.control.now()).toISOString()).toBe('2024-06-01T12:00:00.000Z')
    expect((await api('/sites', accessToken)).status).toBe(401)
    expect(await (await requestToken(code)).json()).toMatchObject({ error: 'invalid_grant' })
  })

  it.each([
    ['{"times":', 'The body is not valid JSON.'],
    ['[1]', 'The body must be a JSON object.'],
    ['null', 'The body must be a JSON object.'],
    ['{"time":1}', 'Unknown member "time". Known members: "times".'],
  ])('refuses the body %s', async (body, error) => {
    const { request } = startEmulator()
    const response = await request(`${CONTROL}/scenarios/webflow/api-500`, { method: 'PUT', headers: JSON_TYPE, body })
    expect(response.status).toBe(400)
    expect(await response.json()).toEqual({ error })
  })

  it.each([
    ['POST', '/requests', 'GET, DELETE'],
    ['PUT', '/scenarios', 'GET, DELETE'],
    ['GET', '/scenarios/webflow/api-500', 'PUT, DELETE'],
    ['GET', '/clock', 'POST'],
    ['GET', '/reset', 'POST'],
    ['GET', '/webflow/install', 'POST'],
    ['GET', '/webhooks', 'POST'],
    ['GET', '/wix/install', 'POST'],
    ['GET', '/wix/remove', 'POST'],
    ['GET', '/wix/reinstall', 'POST'],
    ['GET', '/wix/clone', 'POST'],
    ['POST', '/wix/instances', 'GET'],
    ['POST', '/wix/instance-parameter', 'GET'],
    ['POST', '/wix/public-key', 'GET'],
  ])('answers 405 to %s %s', async (method, path, allow) => {
    const response = await startEmulator().request(`${CONTROL}${path}`, { method, headers: JSON_TYPE })
    expect(response.status).toBe(405)
    expect(response.headers.get('Allow')).toBe(allow)
    expect(await response.json()).toEqual({ error: expect.stringContaining(`not ${method}`) })
  })

  it.each(['', '/', '/nonsense', '/webflow/nonsense'])('answers 404 to %j', async (path) => {
    const response = await startEmulator().request(`${CONTROL}${path}`)
    expect(response.status).toBe(404)
    expect(await response.json()).toEqual({ error: expect.any(String) })
    expect(response.headers.get('Access-Control-Allow-Origin')).toBeNull()
  })
})

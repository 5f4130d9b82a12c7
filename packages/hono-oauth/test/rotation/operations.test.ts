import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readJson } from '../support/read-json.ts'
import { createRotationRig, LIFETIME, type RotationRig } from './rig.ts'

/** What each step costs: ways to the storage and back, and requests to the provider. */
const COSTS = {
  object: {
    login: [],
    callback: ['complete'],
    request: ['get'],
    renewal: ['get', 'renew'],
    list: ['get'],
    disconnect: ['get', 'disconnect'],
  },
  d1: {
    login: [],
    // A user may have connections, so there is something to read.
    callback: ['SELECT', 'INSERT'],
    request: ['SELECT'],
    // The list, then the lease with its re-read, then the tokens with theirs.
    renewal: ['SELECT', 'SELECT', 'UPDATE', 'SELECT', 'UPDATE'],
    list: ['SELECT'],
    // The list, then the end with its note, then the note that it is settled.
    disconnect: ['SELECT', 'SELECT', 'UPDATE', 'SELECT', 'UPDATE'],
  },
} as const

describe.each(['object', 'd1'] as const)('the operations of each route over %s', (store) => {
  let rig: RotationRig
  beforeAll(async () => {
    rig = await createRotationRig(store)
    // The first connection of all makes the table.
    await rig.connect('somebody')
    await operations()
  })
  afterAll(() => rig.dispose())

  /** Without the removal of what expired, which nobody waits for, once a minute. */
  const operations = async () =>
    ((await readJson(rig.send('/_test/operations'))) as string[]).filter(
      (each) => each !== 'DELETE',
    )
  const costs = COSTS[store]
  const ada = { user: 'ada' }

  it('are these and no more', async () => {
    const login = await rig.send('/auth/example/login', ada)
    expect(await operations()).toEqual(costs.login)
    const cookie = login.headers.getSetCookie().map((line) => line.split(';')[0])
    const consent = await rig.provider.fetch(new Request(login.headers.get('location') ?? ''))
    rig.provider.control.clearRequests()
    const headers = { cookie: cookie.join('; ') }
    await rig.send(consent.headers.get('location') ?? '', { ...ada, headers })
    expect(await operations()).toEqual(costs.callback)
    const paths = () => rig.provider.control.requests().map(({ path }) => path)
    expect(paths()).toEqual(['/token', '/userinfo'])

    rig.provider.control.clearRequests()
    for (const path of ['/me', '/me']) expect((await rig.send(path, ada)).status).toBe(200)
    expect(await operations()).toEqual([...costs.request, ...costs.request])
    expect(paths()).toEqual(['/api/me', '/api/me'])

    await rig.advance(LIFETIME + 1)
    rig.provider.control.clearRequests()
    expect((await rig.send('/me', ada)).status).toBe(200)
    expect(await operations()).toEqual(costs.renewal)
    expect(paths()).toEqual(['/token', '/api/me'])

    await rig.send('/auth/connections', ada)
    expect(await operations()).toEqual(costs.list)
    rig.provider.control.clearRequests()
    await rig.send('/leave', { ...ada, method: 'POST' })
    expect(await operations()).toEqual(costs.disconnect)
    expect(paths()).toEqual(['/revoke', '/revoke'])
  })
})

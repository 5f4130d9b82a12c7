import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { readJson } from '../support/read-json.ts'
import { createRotationRig, LIFETIME, type RotationRig } from './rig.ts'

// Alarms go by the clock of the machine.
const SOON = { timeout: 20_000, interval: 50 }

describe('connections in Durable Objects', () => {
  let rig: RotationRig
  beforeAll(async () => {
    rig = await createRotationRig('object')
  })
  afterAll(() => rig.dispose())

  const typesOf = async (id: string) =>
    (await rig.events())
      .filter(({ connection }) => (connection as { id: string } | undefined)?.id === id)
      .map(({ type }) => type)

  it('are the same from every isolate, at once', async () => {
    await rig.connect('ada')
    const { token } = await rig.token('ada', 1)
    expect(await rig.token('ada', 0)).toEqual({ token })
    const left = await rig.send('/leave', { user: 'ada', method: 'POST' }, 1)
    expect(await readJson(left)).toEqual({ outcome: 'revoked' })
    expect(await rig.token('ada', 0)).toMatchObject({ code: 'not_connected' })
  })

  it('serve a job without a request', async () => {
    const id = await rig.connect('bea')
    await rig.advance(LIFETIME + 1)
    const answer = await readJson(rig.send(`/background/${id}`, {}, 1))
    expect(answer).toEqual({
      token: (await rig.token('bea')).token,
      connection: expect.objectContaining({ id, health: 'active' }),
    })
    const unknown = await rig.send('/background/example.x.y')
    expect([unknown.status, (await readJson(unknown)).code]).toEqual([404, 'connection_unknown'])
  })

  it('are renewed ahead of time while somebody uses them, with no request', async () => {
    const id = await rig.connect('cleo')
    // A second before the last tenth, in which whoever asks would renew it.
    await rig.advance(LIFETIME * 0.9 - 1)
    rig.provider.control.clearRequests()
    await rig.send('/auth/connections', { user: 'cleo' })
    await vi.waitFor(() => expect(rig.requests('/token')).toBe(1), SOON)
    expect(await typesOf(id)).toEqual(['connected', 'refreshed'])
    const { connections } = await readJson(rig.send('/auth/connections', { user: 'cleo' }))
    expect(connections).toMatchObject([{ id, health: 'active' }])
    const { token } = await rig.token('cleo')
    expect(token).toBeTypeOf('string')
    expect(rig.requests('/token')).toBe(1)
  })

  it('say pending when the revocation fails, and end the grant later, with no request', async () => {
    const id = await rig.connect('dora')
    rig.provider.control.setScenario('example-revoke-503', 1)
    const left = await rig.send('/leave', { user: 'dora', method: 'POST' })
    expect(await readJson(left)).toEqual({ outcome: 'pending' })
    expect(await rig.token('dora')).toMatchObject({ code: 'not_connected' })
    const grant = () => rig.provider.control.oauthExample.grants().at(-1)
    expect(grant()).toMatchObject({ alive: true })
    await rig.advance(90)
    // The object learns how late it is when somebody asks anything.
    await rig.token('dora')
    await vi.waitFor(() => expect(grant()).toMatchObject({ alive: false }), SOON)
    await vi.waitFor(
      async () => expect(await typesOf(id)).toEqual(['connected', 'revoked', 'revoked']),
      SOON,
    )
    const outcomes = (await rig.events()).flatMap(({ outcome }) => outcome ?? []).slice(-2)
    expect(outcomes).toEqual(['pending', 'revoked'])
  })

  it('end what a renewal brings after a disconnect', async () => {
    const slow = await createRotationRig('object', { slowSeconds: 1 })
    try {
      await slow.connect('eve')
      await slow.advance(LIFETIME + 1)
      slow.provider.control.setScenario('example-token-slow', 1)
      const renewal = slow.token('eve')
      await vi.waitFor(() => expect(slow.requests('/token')).toBe(2), SOON)
      const left = await slow.send('/leave', { user: 'eve', method: 'POST' }, 1)
      expect(left.status).toBe(200)
      expect(await renewal).toMatchObject({ code: 'not_connected' })
      const [grant] = slow.provider.control.oauthExample.grants()
      expect(grant).toMatchObject({ alive: false })
      expect(await slow.token('eve', 1)).toMatchObject({ code: 'not_connected' })
    } finally {
      await slow.dispose()
    }
  })

  it('ask for a new login when the grant is gone, and tell it once', async () => {
    const id = await rig.connect('fay')
    const grant = rig.provider.control.oauthExample.grants().at(-1)
    rig.provider.control.oauthExample.revokeGrant(grant?.id ?? '')
    await rig.advance(LIFETIME + 1)
    rig.provider.control.clearRequests()
    const asked = Array.from({ length: 50 }, (_, index) => rig.token('fay', (index % 2) as 0 | 1))
    for (const answer of await Promise.all(asked)) {
      expect(answer).toMatchObject({ code: 'needs_reauth' })
    }
    expect(rig.requests('/token')).toBe(1)
    expect(await typesOf(id)).toEqual(['connected', 'needs_reauth'])
    const { connections } = await readJson(rig.send('/auth/connections', { user: 'fay' }))
    expect(connections).toMatchObject([
      { id, health: 'needs_reauth', reauthorizeUrl: 'https://app.example/auth/example/login' },
    ])
    await rig.connect('fay')
    expect((await rig.token('fay')).token).toBeTypeOf('string')
  })
})

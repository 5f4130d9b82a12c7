import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createRotationRig, LIFETIME, type RotationRig } from './rig.ts'

const MANY = 1000
const SLOW_SECONDS = 8

describe.each([
  ['one isolate over its memory', 'memory', 1],
  ['one isolate, in Durable Objects', 'object', 1],
  ['two isolates, in Durable Objects', 'object', 2],
  ['two isolates over D1', 'd1', 2],
] as const)('a token that ended, wanted by 1000 requests at once: %s', (_name, store, isolates) => {
  let rig: RotationRig
  beforeAll(async () => {
    rig = await createRotationRig(store, { slowSeconds: SLOW_SECONDS })
  })
  afterAll(() => rig.dispose())

  async function ended(user: string): Promise<void> {
    await rig.connect(user)
    await rig.advance(LIFETIME + 1)
    rig.provider.control.clearRequests()
  }

  /** What 1000 requests get, each answer once; who waited too long on a busy machine comes again. */
  async function ask(user: string): Promise<string[]> {
    const asked = Array.from({ length: MANY }, async (_, index) => {
      for (let time = 1; ; time++) {
        const answer = await rig.token(user, (index % isolates) as 0 | 1)
        const isTooLate = answer.token === undefined && answer.code === 'temporarily_unavailable'
        if (!isTooLate || time === 5) return answer.token ?? JSON.stringify(answer)
      }
    })
    return [...new Set(await Promise.all(asked))]
  }

  /** One grant of one refresh token that was never used twice, and an access token that works. */
  async function expectAlive(user: string): Promise<void> {
    const grant = rig.provider.control.oauthExample.grants().at(-1)
    expect(grant).toMatchObject({ alive: true, liveRefreshTokens: 1, reuseDetectedAt: null })
    const before = rig.requests('/token')
    expect((await rig.send('/me', { user })).status).toBe(200)
    expect(rig.requests('/token')).toBe(before)
  }

  it('is renewed once, and all get the same one', async () => {
    await ended('ada')
    expect(await ask('ada')).toHaveLength(1)
    expect(rig.requests('/token')).toBe(1)
    await expectAlive('ada')
  })

  it('is renewed once though the client of the first request is gone', async () => {
    await ended('bob')
    const abandoned = await rig.send('/abandoned', { user: 'bob' })
    expect(abandoned.status).toBe(204)
    expect(await ask('bob')).toHaveLength(1)
    expect(rig.requests('/token')).toBe(1)
    await expectAlive('bob')
  })

  it('is renewed once by a token endpoint that takes eight seconds', async () => {
    await ended('cy')
    rig.provider.control.setScenario('example-token-slow', 1)
    expect(await ask('cy')).toHaveLength(1)
    expect(rig.requests('/token')).toBe(1)
    await expectAlive('cy')
  })

  it('is renewed at the third try of one leader, after 503 twice', async () => {
    await ended('di')
    rig.provider.control.setScenario('example-token-503', 2)
    expect(await ask('di')).toHaveLength(1)
    expect(rig.requests('/token')).toBe(3)
    await expectAlive('di')
  })
})

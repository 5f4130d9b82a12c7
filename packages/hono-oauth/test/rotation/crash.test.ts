import { afterEach, describe, expect, it } from 'vitest'
import { readJson } from '../support/read-json.ts'
import { createRotationRig, LIFETIME, type RotationRig } from './rig.ts'

describe('an object that dies between the answer of the provider and the write', () => {
  let rig: RotationRig
  afterEach(() => rig.dispose())

  async function crashed(graceSeconds: number) {
    rig = await createRotationRig('object', { oauthExample: { graceSeconds } }, './crash-worker.ts')
    await rig.connect('ada')
    await rig.advance(LIFETIME + 1)
    rig.provider.control.clearRequests()
    await rig.send('/_test/crash', { method: 'POST' })
    const refused = await rig.send('/token', { user: 'ada' })
    // What died with it is told as what it is, and nothing was cleared.
    expect([refused.status, (await readJson(refused)).code]).toEqual([503, 'store_unavailable'])
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    const { connections } = await readJson(rig.send('/auth/connections', { user: 'ada' }))
    expect(connections).toMatchObject([{ health: 'active' }])
    expect(rig.requests('/token')).toBe(1)
  }

  it('is followed by one that tries the old refresh token at once, which a grace period takes', async () => {
    await crashed(60)
    const asked = Array.from({ length: 20 }, () => rig.token('ada'))
    const tokens = (await Promise.all(asked)).map(({ token }) => token)
    expect(new Set(tokens).size).toBe(1)
    expect(tokens[0]).toBeTypeOf('string')
    expect(rig.requests('/token')).toBe(2)
    expect(rig.provider.control.oauthExample.grants()).toMatchObject([{ alive: true }])
  })

  it('loses what the provider gives only once, and says so', async () => {
    await crashed(0)
    expect(await rig.token('ada')).toMatchObject({ code: 'needs_reauth' })
    expect(rig.requests('/token')).toBe(2)
    await rig.connect('ada')
    expect((await rig.token('ada')).token).toBeTypeOf('string')
  })
})

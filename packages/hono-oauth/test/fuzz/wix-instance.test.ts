import fc from 'fast-check'
import { describe, expect } from 'vitest'
import { instanceVerifier } from '../../src/providers/wix/signed-instance.ts'
import { APP_ID, APP_SECRET, INSTANCE_ID, NOW, signInstance, signText } from '../providers/wix/support.ts'
import { garbage, json, mutate, mutations, partial } from './mutants.ts'
import { fuzz } from './settings.ts'

const MAX_AGE = 1200
const requirements = { maxAgeSeconds: MAX_AGE, now: NOW }
const verifyInstance = instanceVerifier(APP_ID, APP_SECRET)
const verify = (text: string) => verifyInstance(text, requirements)

const value = fc.oneof(fc.string(), json, fc.constant(INSTANCE_ID))
const date = fc.oneof(
  fc.integer({ min: NOW - 2 * MAX_AGE, max: NOW + 200 }).map((at) => new Date(at * 1000).toISOString()),
  fc.date({ noInvalidDate: true }).map((each) => each.toUTCString()),
  value,
)
const payload = partial({
  instanceId: value,
  appDefId: fc.oneof(value, fc.constant(APP_ID)),
  signDate: date,
  uid: value,
  aid: value,
  permissions: value,
  demoMode: value,
  __proto__: json,
})

describe('a signed instance', () => {
  fuzz('is believed only as far as it makes sense', [payload], async (payload) => {
    const instance = await verify(signInstance(payload))
    if (!instance) return
    const { instanceId, signedAt, appDefId = APP_ID, ...rest } = instance
    expect(instanceId).toMatch(/./s)
    expect(appDefId).toBe(APP_ID)
    expect(NOW - signedAt).toBeLessThanOrEqual(MAX_AGE)
    expect(NOW - signedAt).toBeGreaterThanOrEqual(-60)
    expect(payload.aid ?? null).toBeNull()
    for (const each of Object.values(rest)) expect(['string', 'boolean', 'undefined']).toContain(typeof each)
  })

  fuzz('has no other form, and no neighbour that is believed', [fc.string(), mutations], async (uid, mutations) => {
    const genuine = signInstance({ uid })
    const mutant = mutations.reduce(mutate, genuine)
    const instance = await verify(mutant)
    if (mutant === genuine) expect(instance?.instanceId).toBe(INSTANCE_ID)
    else expect(instance).toBeUndefined()
  })

  fuzz(
    'is not put together of two, nor signed by another',
    [fc.string(), fc.string(), fc.string()],
    async (uid, other, secret) => {
      const [signature] = signInstance({ uid }).split('.')
      const [, data] = signInstance({ uid: `${uid} ${other}` }).split('.')
      expect(await verify(`${signature}.${data}`)).toBeUndefined()
      fc.pre(secret.replace(/\0+$/, '') !== APP_SECRET)
      expect(await verify(signInstance({ uid }, secret))).toBeUndefined()
    },
  )

  fuzz('is no unsigned text, nor any signed one', [garbage], async (text) => {
    expect(await verify(text)).toBeUndefined()
    expect(await verify(signText(text))).toBeUndefined()
  })
})

import { describe, expect, it } from 'vitest'
import { createEmulator, type PersonalityName } from '../../src/index.ts'
import { callbackOf, isRefusal, type Json, startClient } from './client.ts'
import { NAMES } from './facts.ts'

const NAMED = NAMES as readonly PersonalityName[]

/** Whether a value is anywhere in an answer. */
const contains = (answer: unknown, value: unknown): boolean =>
  answer === value ||
  (typeof answer === 'object' && answer !== null && Object.values(answer).some((member) => contains(member, value)))

it('has facts about every personality', () => {
  const providers = createEmulator()
    .control.scenarios()
    .map(({ provider }) => provider)
  const personalities = providers.filter((name) => !['webflow', 'wix', 'oauth.example'].includes(name))
  expect([...new Set(personalities)].toSorted()).toEqual(NAMES.toSorted())
})

describe.each(NAMED)('%s', (name) => {
  it('goes from consent to a code, tokens, the API and the account', async () => {
    const { login, api, account, facts, emulator } = startClient(name)
    const session = await login()
    expect((await api(session)).status).toBe(200)
    if (facts.account !== undefined) {
      expect(contains((await (await account(session)).json()) as Json, facts.account.id)).toBe(true)
    }
    expect(emulator.control.personality(name).grants()).toMatchObject([{ clientId: `${name}-client-id`, alive: true }])
  })

  it('refreshes as documented', async () => {
    const { login, refresh, requestRefresh, api, facts } = startClient(name)
    const session = await login()
    if (facts.refresh === 'none') {
      expect(session.refresh_token !== '').toBe(facts.uselessRefreshToken ?? false)
      return
    }
    const next = await refresh(session)
    expect(next.access_token).not.toBe(session.access_token)
    expect((await api(next)).status).toBe(200)
    const again = await requestRefresh(session)
    if (facts.refresh === 'reusable') expect(again.status).toBe(200)
    else expect(await isRefusal(again, facts.deadRefresh ?? [0, ''])).toBe(true)
  })

  it('ends what a revocation ends', async () => {
    const { login, revoke, api, requestRefresh, facts } = startClient(name)
    if (facts.revoke === undefined) return
    const session = await login()
    expect(await isRefusal(await revoke(session), [facts.revoke.status, ''])).toBe(true)
    if (facts.revoke.outlives) expect((await api(session)).status).toBe(200)
    else expect(await isRefusal(await api(session), facts.deadToken)).toBe(true)
    if (facts.revoke.outlives) {
      expect(await isRefusal(await requestRefresh(session), facts.deadRefresh ?? [0, ''])).toBe(true)
    }
  })

  it('refuses in its own words', async () => {
    const { authorize, exchange, login, requestRefresh, api, facts, emulator } = startClient(name)
    const session = await login()
    expect(await isRefusal(await exchange(session.members), facts.deadCode)).toBe(true)
    const callback = await callbackOf(await authorize())
    expect(await isRefusal(await exchange(callback, {}, 'wrong'), facts.wrongSecret)).toBe(true)
    expect((await exchange(callback)).status).toBe(200)
    for (const { id } of emulator.control.personality(name).grants()) emulator.control.personality(name).revokeGrant(id)
    expect(await isRefusal(await api(session), facts.deadToken)).toBe(true)
    if (facts.deadRefresh === undefined) return
    expect(await isRefusal(await requestRefresh(session), facts.deadRefresh)).toBe(true)
  })
})

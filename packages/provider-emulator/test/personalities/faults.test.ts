import { describe, expect, it } from 'vitest'
import type { PersonalityName } from '../../src/index.ts'
import { callbackOf, isRefusal, startClient } from './client.ts'
import { NAMES } from './facts.ts'

const answerTo = async (request: Promise<Response>) => {
  const response = await request
  return { status: response.status, text: await response.text() }
}

describe.each(NAMES as readonly PersonalityName[])('%s', (name) => {
  it('has the faults of the authorization endpoint', async () => {
    const { authorize, fault, facts, emulator, sessionOf, exchange } = startClient(name)
    fault('authorize-denied', 1)
    const denied = await callbackOf(await authorize())
    expect(denied['error']).toBe(facts.denial ?? 'access_denied')
    expect(denied).not.toHaveProperty('code')
    expect('state' in (await callbackOf(await authorize()))).toBe(true)
    fault('callback-drops-state', 1)
    const callback = await callbackOf(await authorize())
    expect(callback).toHaveProperty('code')
    expect(callback).not.toHaveProperty('state')
    fault('callback-with-foreign-iss', 1)
    expect(await callbackOf(await authorize())).toMatchObject({ iss: 'https://issuer.example' })
    fault('authorize-with-fewer-scopes', 1)
    const fewer = await callbackOf(await authorize())
    await sessionOf(await exchange(fewer), fewer)
    const asked = await callbackOf(await authorize())
    await sessionOf(await exchange(asked), asked)
    const [first, second] = emulator.control.personality(name).grants()
    expect(first?.scopes).toEqual(second?.scopes.slice(0, -1))
  })

  it.each([
    ['token-endpoint-500', 500],
    ['token-endpoint-503', 503],
    ['token-endpoint-429', 429],
    ['token-endpoint-html', 200],
    ['token-endpoint-error-200', 200],
    ['token-endpoint-redirects', 307],
  ])('has %s, which leaves the code unused', async (scenario, status) => {
    const { authorize, exchange, fault, api, sessionOf } = startClient(name)
    const callback = await callbackOf(await authorize())
    fault(scenario, 1)
    const response = await exchange(callback)
    expect(response.status).toBe(status)
    expect(await response.text()).not.toContain('access_token')
    expect((await api(await sessionOf(await exchange(callback), callback))).status).toBe(200)
  })

  it('delays the token response, or lets the token expire early', async () => {
    const waits: number[] = []
    const wait = async (milliseconds: number) => void waits.push(milliseconds)
    const { login, api, fault, facts, emulator } = startClient(name, { wait })
    fault('token-endpoint-slow', 1)
    await login()
    emulator.control.personality(name).expireAccessTokens()
    expect(waits).toEqual([30_000])
    fault('token-expires-in-1s', 1)
    const session = await login()
    expect((await api(session)).status).toBe(200)
    emulator.control.advance(1)
    expect(await isRefusal(await api(session), facts.deadToken)).toBe(true)
  })

  it('refuses in its own words with token-endpoint-invalid-client and token-endpoint-invalid-grant', async () => {
    const { authorize, exchange, fault } = startClient(name)
    const callback = await callbackOf(await authorize())
    const refusal = await answerTo(exchange({ ...callback, code: 'unknown' }))
    fault('token-endpoint-invalid-grant', 1)
    expect(await answerTo(exchange(callback))).toEqual(refusal)
    fault('token-endpoint-invalid-client', 1)
    expect((await answerTo(exchange(callback))).text).not.toContain('access_token')
    expect((await exchange(callback)).status).toBe(200)
  })

  it('has unusual token responses', async () => {
    const { authorize, exchange, fault } = startClient(name)
    const callback = await callbackOf(await authorize())
    fault('token-number', 1)
    expect((await answerTo(exchange(callback))).text).toContain('"access_token":12345')
  })

  it('has the faults of a refresh', async () => {
    const { login, refresh, requestRefresh, fault, facts, emulator } = startClient(name)
    if (facts.deadRefresh === undefined || facts.refresh === 'none') return
    const session = await login()
    fault('refresh-rejected', 1)
    expect(await isRefusal(await requestRefresh(session), facts.deadRefresh)).toBe(true)
    const next = await refresh(session)
    const newest = next.refresh_token === '' ? session : next
    fault('refresh-loses-response', 1)
    expect((await requestRefresh(newest)).status).toBe(504)
    expect(emulator.control.personality(name).grants()[0]?.accessTokensIssued).toBe(3)
    const another = await login()
    fault('refresh-token-reused', 1)
    if (another.refresh_token === '') return
    expect(await isRefusal(await requestRefresh(another), facts.deadRefresh)).toBe(true)
    expect(await isRefusal(await requestRefresh(another), facts.deadRefresh)).toBe(true)
  })

  it('has the faults of the API, the account and the revocation', async () => {
    const { login, api, account, revoke, fault, facts } = startClient(name)
    const session = await login()
    if (facts.api === undefined) return
    fault('api-401-once')
    expect(await isRefusal(await api(session), facts.deadToken)).toBe(true)
    expect((await api(session)).status).toBe(200)
    fault('api-403-scope', 1)
    expect(await (await api(session)).text()).not.toBe(await (await api(session)).text())
    if (facts.account !== undefined) {
      fault('userinfo-503', 1)
      expect((await account(session)).status).toBe(503)
      expect((await account(session)).status).toBe(200)
    }
    if (facts.revoke === undefined) return
    fault('revoke-503', 1)
    expect((await revoke(session)).status).toBe(503)
    expect((await api(session)).status).toBe(200)
  })
})

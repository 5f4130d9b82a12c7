import { afterEach, describe, expect, it, vi } from 'vitest'
import { requestRead } from '../../src/protocol/read-request.ts'
import { type Answer, empty, fakeBackChannel, json, lost, over } from './fake-fetch.ts'
import { codeOf } from './refusal.ts'

const URL = 'https://login.example/keys'

describe('a read', () => {
  afterEach(() => void vi.useRealTimers())

  it('names what it accepts, and its sender', async () => {
    const { backChannel, sent } = fakeBackChannel(json({ a: 1 }))
    const answer = await requestRead(URL, { authorization: 'Bearer x' }, backChannel)
    expect(await answer.json()).toEqual({ a: 1 })
    expect(sent).toMatchObject([{ method: 'GET', url: URL, body: '' }])
    expect(Object.fromEntries(sent[0]?.headers ?? [])).toEqual({
      accept: 'application/json',
      authorization: 'Bearer x',
      'user-agent': 'hono-oauth',
    })
  })

  type Row = [name: string, answers: Answer[], outcome: number | string, requests: number]
  const MIXED: Row[] = [
    ...[200, 204, 400, 401, 404, 429, 499].map((status): Row => [`${status}`, [empty(status)], status, 1]),
    ['500', [json({}, 500), json({})], 200, 2],
    ['a lost answer', [lost, json({})], 200, 2],
    ['two outages', [json({}, 500), json({}, 502), json({})], 502, 2],
    ['two lost answers', [lost, lost, json({})], 'provider_unavailable', 2],
    ['a redirect', [empty(302)], 'provider_response_invalid', 1],
  ]
  it.each(MIXED)('after %s', async (_name, answers, outcome, requests) => {
    const { sent, work } = over(answers, (backChannel) => requestRead(URL, {}, backChannel))
    const { status, code } = await work().catch((error) => error)
    expect([code ?? status, sent.length]).toEqual([outcome, requests])
  })

  it('is not repeated when it took the whole time', async () => {
    vi.useFakeTimers()
    const { backChannel, sent } = fakeBackChannel(() => new Promise(() => undefined))
    const refused = codeOf(() => requestRead(URL, {}, backChannel))
    await vi.advanceTimersByTimeAsync(10_000)
    expect([await refused, sent.length]).toEqual(['provider_timeout', 1])
  })
})

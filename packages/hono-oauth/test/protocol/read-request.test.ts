import { describe, expect, it, vi } from 'vitest'
import { BackChannel } from '../../src/protocol/back-channel.ts'
import { requestRead } from '../../src/protocol/read-request.ts'
import { type Answer, fakeBackChannel, json } from './fake-fetch.ts'
import { refusal } from './refusal.ts'

const URL = 'https://login.example/keys'
const lost: Answer = () => {
  throw new TypeError('fetch failed')
}

describe('a read', () => {
  it('says what it wants, and who asks', async () => {
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

  it.each<[string, Answer]>([
    ['500', json({}, 500)],
    ['503', json({}, 503)],
    ['no answer', lost],
  ])('is made once more after %s', async (_name, answer) => {
    const { backChannel, sent } = fakeBackChannel(answer, json({}))
    expect((await requestRead(URL, {}, backChannel)).status).toBe(200)
    expect(sent).toHaveLength(2)
  })

  it.each([200, 204, 400, 401, 404, 429, 499])('is made once for %d', async (status) => {
    const answer = new Response(null, { status })
    const { backChannel, sent } = fakeBackChannel(answer)
    expect((await requestRead(URL, {}, backChannel)).status).toBe(status)
    expect(sent).toHaveLength(1)
  })

  it('is made twice at most', async () => {
    const down = fakeBackChannel(lost, lost, json({}))
    const error = await refusal(() => requestRead(URL, {}, down.backChannel))
    expect(error.code).toBe('provider_unavailable')
    expect(down.sent).toHaveLength(2)
    const ill = fakeBackChannel(json({}, 500), json({}, 502), json({}))
    expect((await requestRead(URL, {}, ill.backChannel)).status).toBe(502)
    expect(ill.sent).toHaveLength(2)
  })

  it('is made once for nonsense', async () => {
    const { backChannel, sent } = fakeBackChannel(new Response(null, { status: 302 }), json({}))
    const error = await refusal(() => requestRead(URL, {}, backChannel))
    expect(error.code).toBe('provider_response_invalid')
    expect(sent).toHaveLength(1)
  })

  it('is made once when that took all the time there was', async () => {
    vi.useFakeTimers()
    try {
      const fetch = vi.fn(() => new Promise<Response>(() => undefined))
      const reading = requestRead(URL, {}, new BackChannel({ fetch, timeoutMs: 1000 }))
      const refused = refusal(() => reading)
      await vi.advanceTimersByTimeAsync(1000)
      expect((await refused).code).toBe('provider_timeout')
      expect(fetch).toHaveBeenCalledTimes(1)
    } finally {
      vi.useRealTimers()
    }
  })
})

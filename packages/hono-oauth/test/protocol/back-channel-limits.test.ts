import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { BackChannel } from '../../src/protocol/back-channel.ts'
import { type Answer, fakeBackChannel, fakeFetch, json, streamedBody } from './fake-fetch.ts'
import { refusal } from './refusal.ts'

const ENDPOINT = new URL('https://provider.example/token')
const CAP = 256 * 1024
const CHUNK = 16 * 1024
const TIMEOUT_MS = 10_000

/** Serves `length` bytes in chunks; without a length it never ends. */
function chunked(length = Number.POSITIVE_INFINITY, size = CHUNK): () => Uint8Array | undefined {
  let rest = length
  return () => {
    if (rest <= 0) return undefined
    const chunk = new Uint8Array(Math.min(size, rest))
    rest -= chunk.byteLength
    return chunk
  }
}

describe('the size limit', () => {
  it.each([
    ['empty', 0],
    ['one byte', 1],
    ['one byte less than the cap', CAP - 1],
    ['the cap', CAP],
  ])('lets a body through that is %s', async (_name, length) => {
    const { body, seen } = streamedBody(chunked(length))
    const { backChannel } = fakeBackChannel(new Response(body))
    const response = await backChannel.request(ENDPOINT, {})
    expect((await response.arrayBuffer()).byteLength).toBe(length)
    expect(seen.cancelled).toBe(false)
  })

  it.each([
    ['one byte over the cap', CAP + 1, CHUNK],
    ['50 MB', 50 * 1024 * 1024, CHUNK],
    ['without an end', undefined, CHUNK],
    ['one huge chunk', CAP * 4, CAP * 4],
  ])('stops reading a body that is %s', async (_name, length, size) => {
    const { body, seen } = streamedBody(chunked(length, size))
    const { backChannel, sent } = fakeBackChannel(new Response(body))
    const error = await refusal(() => backChannel.request(ENDPOINT, {}))
    expect(error.code).toBe('provider_response_invalid')
    expect(seen.cancelled).toBe(true)
    expect(seen.pulls).toBeLessThanOrEqual(CAP / CHUNK + 1)
    expect(sent).toHaveLength(1)
  })

  it('does not believe a content-length', async () => {
    const { body, seen } = streamedBody(chunked())
    const answer = new Response(body, { headers: { 'content-length': '2' } })
    const error = await refusal(() => fakeBackChannel(answer).backChannel.request(ENDPOINT, {}))
    expect(error.code).toBe('provider_response_invalid')
    expect(seen.cancelled).toBe(true)
  })

  it('waits for no cancelling that never ends', async () => {
    const body = new ReadableStream({
      pull: (controller) => controller.enqueue(new Uint8Array(CAP + 1)),
      cancel: () => new Promise(() => undefined),
    })
    const { backChannel } = fakeBackChannel(new Response(body))
    const error = await refusal(() => backChannel.request(ENDPOINT, {}))
    expect(error.code).toBe('provider_response_invalid')
  })
})

describe('the time limit', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  const neverAnswers: Answer = ({ init: { signal } }) =>
    new Promise((_resolve, reject) => {
      signal?.addEventListener('abort', () => reject(signal.reason))
    })
  const neverEnds: Answer = ({ init: { signal } }) => {
    const body = new ReadableStream({
      start(controller) {
        controller.enqueue(Uint8Array.of(1))
        signal?.addEventListener('abort', () => controller.error(signal.reason))
      },
    })
    return new Response(body)
  }
  const drips: Answer = ({ init: { signal } }) => {
    const body = new ReadableStream({
      start(controller) {
        const drip = setInterval(() => controller.enqueue(Uint8Array.of(1)), 1000)
        signal?.addEventListener('abort', () => {
          clearInterval(drip)
          controller.error(signal.reason)
        })
      },
    })
    return new Response(body)
  }

  const deaf: Answer = () => new Promise(() => undefined)
  const deafBody: Answer = () =>
    new Response(
      new ReadableStream({ start: (controller) => controller.enqueue(Uint8Array.of(1)) }),
    )
  const deafDrips: Answer = () =>
    new Response(
      new ReadableStream({
        pull: (controller) =>
          new Promise((resolve) => {
            setTimeout(() => resolve(controller.enqueue(Uint8Array.of(1))), TIMEOUT_MS - 2)
          }),
      }),
    )

  it.each([
    ['headers that never come', neverAnswers],
    ['a body that never ends', neverEnds],
    ['a body that drips', drips],
    ['a fetch that does not mind its signal', deaf],
    ['a body that does not mind it', deafBody],
  ])('ends %s, and not a moment before', async (_name, answer) => {
    const { fetch, sent } = fakeFetch(answer)
    const backChannel = new BackChannel({ fetch, timeoutMs: TIMEOUT_MS })
    let settled = false
    const refused = refusal(() => backChannel.request(ENDPOINT, { method: 'POST' })).finally(() => {
      settled = true
    })
    await vi.advanceTimersByTimeAsync(TIMEOUT_MS - 1)
    expect(settled).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    expect(settled).toBe(true)
    expect((await refused).code).toBe('provider_timeout')
    expect(sent).toHaveLength(1)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('ends a body that drips, whether or not it minds its signal', async () => {
    const { backChannel } = fakeBackChannel(deafDrips)
    const refused = refusal(() => backChannel.request(ENDPOINT, {}))
    await vi.advanceTimersByTimeAsync(TIMEOUT_MS)
    expect((await refused).code).toBe('provider_timeout')
  })

  it.each([
    ['headers that never come', neverAnswers],
    ['a fetch that does not mind its signal', deaf],
  ])('holds for send as well: %s', async (_name, answer) => {
    const { backChannel, sent } = fakeBackChannel(answer)
    let settled = false
    const refused = refusal(() => backChannel.send(ENDPOINT, {})).finally(() => {
      settled = true
    })
    await vi.advanceTimersByTimeAsync(TIMEOUT_MS - 1)
    expect(settled).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    expect((await refused).code).toBe('provider_timeout')
    expect(sent[0]?.init.signal?.aborted).toBe(true)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('is the caller’s own for send with a signal', async () => {
    const abort = new AbortController()
    const { backChannel, sent } = fakeBackChannel(neverAnswers)
    const sending = backChannel.send(ENDPOINT, { signal: abort.signal })
    expect(sent[0]?.init.signal).toBe(abort.signal)
    expect(vi.getTimerCount()).toBe(0)
    await vi.advanceTimersByTimeAsync(TIMEOUT_MS * 10)
    abort.abort(new Error('enough'))
    await expect(sending).rejects.toThrow('enough')
  })

  it('of send ends with the beginning of the answer', async () => {
    const { backChannel, sent } = fakeBackChannel(drips)
    const reader = (await backChannel.send(ENDPOINT, {})).body?.getReader()
    await vi.advanceTimersByTimeAsync(TIMEOUT_MS * 3)
    expect(sent[0]?.init.signal?.aborted).toBe(false)
    for (let chunk = 0; chunk < 30; chunk++) expect((await reader?.read())?.done).toBe(false)
  })

  it('lets an answer through that comes just in time', async () => {
    const { fetch } = fakeFetch(
      () =>
        new Promise((resolve) => {
          setTimeout(() => resolve(json({ late: true })), TIMEOUT_MS - 1)
        }),
    )
    const answer = new BackChannel({ fetch, timeoutMs: TIMEOUT_MS }).request(ENDPOINT, {})
    await vi.advanceTimersByTimeAsync(TIMEOUT_MS - 1)
    expect(await (await answer).json()).toEqual({ late: true })
  })

  it.each<[string, Answer]>([
    ['an answer', json({})],
    ['a redirect', new Response(null, { status: 302 })],
    [
      'a failure',
      () => {
        throw new TypeError('fetch failed')
      },
    ],
  ])('leaves no timer behind after %s', async (_name, answer) => {
    await fakeBackChannel(answer)
      .backChannel.request(ENDPOINT, {})
      .catch(() => undefined)
    expect(vi.getTimerCount()).toBe(0)
  })
})

describe('limit', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  const { backChannel } = fakeBackChannel()

  it('gives back what the work made, and leaves no timer behind', async () => {
    expect(await backChannel.limit(async (signal) => signal.aborted)).toBe(false)
    expect(vi.getTimerCount()).toBe(0)
  })

  it.each<[string, () => Promise<never>]>([
    ['later', () => Promise.reject(new TypeError('mine'))],
    [
      'at once',
      () => {
        throw new TypeError('mine')
      },
    ],
  ])('lets the failure of the work through as it is: %s', async (_name, work) => {
    await expect(backChannel.limit(work)).rejects.toEqual(new TypeError('mine'))
    expect(vi.getTimerCount()).toBe(0)
  })

  it.each<[string, (signal: AbortSignal) => Promise<unknown>]>([
    ['does not mind its signal', () => new Promise(() => undefined)],
    [
      'fails of it',
      (signal) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason))
        }),
    ],
    [
      'makes something of it',
      (signal) =>
        new Promise((resolve) => {
          signal.addEventListener('abort', () => resolve('late'))
        }),
    ],
  ])('ends work in time that %s', async (_name, work) => {
    let seen: AbortSignal | undefined
    const refused = refusal(() =>
      backChannel.limit((signal) => {
        seen = signal
        return work(signal)
      }),
    )
    await vi.advanceTimersByTimeAsync(TIMEOUT_MS - 1)
    expect(seen?.aborted).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    expect((await refused).code).toBe('provider_timeout')
    expect(seen?.aborted).toBe(true)
    expect(vi.getTimerCount()).toBe(0)
  })
})

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Answer, empty, fakeBackChannel, json, lost, over, streamedBody } from './fake-fetch.ts'
import { codeOf, refusedAfter } from './refusal.ts'

const ENDPOINT = new URL('https://provider.example/token')
const CAP = 256 * 1024
const CHUNK = 16 * 1024
const TIMEOUT_MS = 10_000
const BYTE = Uint8Array.of(1)
const never = () => new Promise<never>(() => undefined)
const later = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
const request = (...answers: Answer[]) => over(answers, (backChannel) => backChannel.request(ENDPOINT, {}))

/** Serves `length` bytes in chunks. */
function chunked(length: number, size = CHUNK): () => Uint8Array | undefined {
  let rest = length
  return () => {
    if (rest <= 0) return undefined
    const chunk = new Uint8Array(Math.min(size, rest))
    rest -= chunk.byteLength
    return chunk
  }
}

describe('the size limit', () => {
  it.each([0, 1, CAP - 1, CAP])('allows a body of %d bytes', async (length) => {
    const { body, seen } = streamedBody(chunked(length))
    const response = await request(new Response(body)).work()
    expect((await response.arrayBuffer()).byteLength).toBe(length)
    expect(seen.cancelled).toBe(false)
  })

  it.each<[string, number, number, Record<string, string>?]>([
    ['one byte too long', CAP + 1, CHUNK],
    ['of 50 MB', 50 * 1024 * 1024, CHUNK],
    ['without an end', Number.POSITIVE_INFINITY, CHUNK],
    ['of one huge chunk', CAP * 4, CAP * 4],
    ['with a wrong content-length', Number.POSITIVE_INFINITY, CHUNK, { 'content-length': '2' }],
  ])('cancels a body %s', async (_name, length, size, headers = {}) => {
    const { body, seen } = streamedBody(chunked(length, size))
    expect(await refusedAfter(request(new Response(body, { headers })))).toEqual(['provider_response_invalid', 1])
    expect(seen.cancelled).toBe(true)
    expect(seen.pulls).toBeLessThanOrEqual(CAP / CHUNK + 1)
  })

  it('does not wait for a cancellation that never ends', async () => {
    const answer = stream({ pull: (controller) => controller.enqueue(new Uint8Array(CAP + 1)), cancel: never })
    expect(await codeOf(request(answer).work)).toBe('provider_response_invalid')
  })
})

const aborted = (signal: AbortSignal | null | undefined) =>
  new Promise<never>((_resolve, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason))
  })
const stream = (source: ConstructorParameters<typeof ReadableStream<Uint8Array>>[0]) =>
  new Response(new ReadableStream(source))
/** A byte each second, until the signal aborts. */
const drips: Answer = ({ init: { signal } }) =>
  stream({
    start(controller) {
      const drip = setInterval(() => controller.enqueue(BYTE), 1000)
      signal?.addEventListener('abort', () => {
        clearInterval(drip)
        controller.error(signal.reason)
      })
    },
  })
const silent: Answer = ({ init: { signal } }) => aborted(signal)

describe('the time limit', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  /** Whether work ends exactly at the limit, with `provider_timeout`. */
  async function expectTimeout(work: () => Promise<unknown>, timeoutMs = TIMEOUT_MS): Promise<void> {
    const codes: string[] = []
    const refused = codeOf(work).then((code) => codes.push(code))
    await vi.advanceTimersByTimeAsync(timeoutMs - 1)
    expect(codes).toEqual([])
    await vi.advanceTimersByTimeAsync(1)
    expect(codes).toEqual(['provider_timeout'])
    await refused
  }

  it.each<[string, Answer]>([
    ['headers that never come', silent],
    ['a body that never ends', ({ init }) => stream({ start: () => aborted(init.signal) })],
    ['a body that drips', drips],
    ['a fetch that ignores its signal', never],
    ['a body that ignores it', () => stream({ start: (controller) => controller.enqueue(BYTE) })],
  ])('ends %s', async (_name, answer) => {
    const { sent, work } = request(answer)
    await expectTimeout(work)
    expect([sent.length, vi.getTimerCount()]).toEqual([1, 0])
  })

  it('ends a body that drips and ignores its signal', async () => {
    const pull = (controller: ReadableStreamDefaultController) =>
      later(TIMEOUT_MS - 2).then(() => controller.enqueue(BYTE))
    await expectTimeout(request(() => stream({ pull })).work)
  })

  it.each([
    ['headers that never come', silent],
    ['a fetch that ignores its signal', never],
  ])('also ends a send: %s', async (_name, answer) => {
    const { backChannel, sent } = fakeBackChannel(answer)
    await expectTimeout(() => backChannel.send(ENDPOINT, {}))
    expect([sent[0]?.init.signal?.aborted, vi.getTimerCount()]).toEqual([true, 0])
  })

  it('is replaced by the signal of a send', async () => {
    const abort = new AbortController()
    const { backChannel, sent } = fakeBackChannel(silent)
    const sending = backChannel.send(ENDPOINT, { signal: abort.signal })
    expect([sent[0]?.init.signal, vi.getTimerCount()]).toEqual([abort.signal, 0])
    await vi.advanceTimersByTimeAsync(TIMEOUT_MS * 10)
    const reason = new DOMException('the caller gave up', 'AbortError')
    abort.abort(reason)
    await expect(sending).rejects.toBe(reason)
  })

  it('of a send stops when the answer begins', async () => {
    const { backChannel, sent } = fakeBackChannel(drips)
    const reader = (await backChannel.send(ENDPOINT, {})).body?.getReader()
    await vi.advanceTimersByTimeAsync(TIMEOUT_MS * 3)
    expect(sent[0]?.init.signal?.aborted).toBe(false)
    for (let chunk = 0; chunk < 30; chunk++) expect((await reader?.read())?.done).toBe(false)
  })

  it.each([
    ['can be shorter', 5, 5],
    ['cannot be longer', TIMEOUT_MS * 2, TIMEOUT_MS],
  ])('%s', async (_name, wanted, timeoutMs) => {
    const { backChannel } = fakeBackChannel(never)
    await expectTimeout(() => backChannel.within(wanted).request(ENDPOINT, {}), timeoutMs)
  })

  it('allows an answer just in time', async () => {
    const answer = request(() => later(TIMEOUT_MS - 1).then(() => json({ late: true }))).work()
    await vi.advanceTimersByTimeAsync(TIMEOUT_MS - 1)
    expect(await (await answer).json()).toEqual({ late: true })
  })

  it.each<[string, Answer]>([
    ['an answer', json({})],
    ['a redirect', empty(302)],
    ['a failure', lost],
  ])('leaves no timer after %s', async (_name, answer) => {
    await request(answer)
      .work()
      .catch(() => undefined)
    expect(vi.getTimerCount()).toBe(0)
  })

  const limit = <T>(work: (signal: AbortSignal) => Promise<T>) => fakeBackChannel().backChannel.limit(work)

  it('returns the result of the work, and throws its error', async () => {
    expect(await limit(async (signal) => signal.aborted)).toBe(false)
    const mine = new TypeError('mine')
    const thrower = () => {
      throw mine
    }
    for (const work of [() => Promise.reject(mine), thrower]) await expect(limit(work)).rejects.toBe(mine)
    expect(vi.getTimerCount()).toBe(0)
  })

  it.each<[string, (signal: AbortSignal) => Promise<unknown>]>([
    ['ignores its signal', never],
    ['fails at its signal', aborted],
    ['returns at its signal', (signal) => aborted(signal).catch(() => 'late')],
  ])('ends work that %s', async (_name, work) => {
    const spy = vi.fn(work)
    await expectTimeout(() => limit(spy))
    expect([spy.mock.calls[0]?.[0].aborted, vi.getTimerCount()]).toEqual([true, 0])
  })
})

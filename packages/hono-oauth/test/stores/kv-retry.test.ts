import { kvStore } from 'hono-oauth/stores/kv'
import { afterEach, beforeEach, describe, it, vi } from 'vitest'

const TOO_SOON = new Error('KV PUT failed: 429 Too Many Requests')

function failing(...errors: Error[]) {
  const put = vi.fn(async () => {
    const error = errors.shift()
    if (error) throw error
  })
  const namespace = {
    get: async () => null,
    put,
    list: async () => ({ keys: [], list_complete: true }),
    delete: async () => undefined,
  }
  return { put, store: kvStore(namespace) }
}

describe('a write that comes too soon for Workers KV', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('is tried again after more than a second', async ({ expect }) => {
    const { put, store } = failing(TOO_SOON, TOO_SOON)
    const written = store.put('key', 'value')
    await vi.advanceTimersByTimeAsync(999)
    expect(put).toHaveBeenCalledTimes(1)
    await vi.advanceTimersByTimeAsync(4000)
    await written
    expect(put).toHaveBeenCalledTimes(3)
  })

  it('fails after three attempts', async ({ expect }) => {
    const { put, store } = failing(TOO_SOON, TOO_SOON, TOO_SOON, TOO_SOON)
    const outcome = store.put('key', 'value').catch((error: unknown) => error)
    await vi.advanceTimersByTimeAsync(10_000)
    expect(await outcome).toBe(TOO_SOON)
    expect(put).toHaveBeenCalledTimes(3)
  })

  it('fails at once with any other error', async ({ expect }) => {
    const error = new Error('KV PUT failed: 413 Value too large')
    const { put, store } = failing(error)
    await expect(store.put('key', 'value')).rejects.toBe(error)
    expect(put).toHaveBeenCalledTimes(1)
  })
})

import type { OAuthConfig } from 'hono-oauth'
import { memoryStore } from 'hono-oauth/stores/memory'
import { createApp } from './app.ts'
import { countingStore } from './counting-store.ts'
import { noteText } from './notes.ts'
import { CLIENT, type CreateHost, KEY, wixSettings } from './rig.ts'

/** The app in plain Node, over a memory store. */
export function nodeHost(config: Partial<OAuthConfig> = {}): CreateHost {
  return async (provider) => {
    let offsetMs = 0
    const now = () => Date.now() + offsetMs
    const entries = new Map<string, string>()
    const memory = memoryStore({ now })
    const { store, operations, failing } = countingStore({
      ...memory,
      put(key, value, options) {
        entries.set(key, value)
        return memory.put(key, value, options)
      },
      async compareAndSwap(key, expected, value, options) {
        const isWritten = await memory.compareAndSwap?.(key, expected, value, options)
        if (isWritten) entries.set(key, value)
        return isWritten ?? false
      },
    })
    const { app, ran } = createApp({
      keys: KEY,
      webflowClient: CLIENT,
      wixApp: await wixSettings(provider),
      store,
      now,
      config: { fetch: (url, init) => provider.fetch(new Request(url, init)), ...config },
    })
    return {
      send: async (url, init) => app.request(url, init),
      operations: async () => ({ ...operations }),
      dump: async () => Object.fromEntries(entries),
      fail: async (operation, on) => {
        if (on) failing.add(operation)
        else failing.delete(operation)
      },
      advance: async (seconds) => {
        offsetMs += seconds * 1000
      },
      ran: async () => structuredClone(ran),
      dispose: async () => noteText('the store', JSON.stringify([...entries])),
    }
  }
}

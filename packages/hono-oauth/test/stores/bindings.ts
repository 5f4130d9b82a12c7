import { Miniflare } from 'miniflare'
import { afterAll } from 'vitest'
import type { KVNamespaceLike } from '../../src/stores/kv.ts'

/** Real bindings of D1 and Workers KV, for the tests of one file. */
export function openBindings() {
  const miniflare = new Miniflare({
    modules: true,
    script: 'export default {}',
    compatibilityDate: '2026-07-01',
    d1Databases: ['DB'],
    kvNamespaces: ['ONE', 'TWO'],
  })
  afterAll(() => miniflare.dispose())
  return {
    database: () => miniflare.getD1Database('DB'),
    namespace: async (name: 'ONE' | 'TWO' = 'ONE') => (await miniflare.getKVNamespace(name)) as KVNamespaceLike,
  }
}

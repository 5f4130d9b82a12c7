import type { D1Database, D1DatabaseSession, KVNamespace, SqlStorage } from '@cloudflare/workers-types'
import { d1Store } from 'hono-oauth/stores/d1'
import { kvStore } from 'hono-oauth/stores/kv'
import { memoryStore } from 'hono-oauth/stores/memory'
import { describe, expectTypeOf, it } from 'vitest'
import { sqliteStore } from '../../src/stores/sqlite.ts'

// The compiler is the test: `tsc` fails when one of these lines stops or starts to compile.
describe('the types of the stores', () => {
  it('take the bindings of Workers as they are', () => {
    expectTypeOf(d1Store).toBeCallableWith({} as D1Database)
    expectTypeOf(d1Store).toBeCallableWith({} as D1DatabaseSession, { now: Date.now })
    expectTypeOf(kvStore).toBeCallableWith({} as KVNamespace)
    // @ts-expect-error another kind of binding
    expectTypeOf(d1Store).toBeCallableWith({} as KVNamespace)
  })

  it('take the SQL of a Durable Object', () => {
    const sql = {} as SqlStorage
    sqliteStore((statement, ...params) => sql.exec(statement, ...params).toArray())
  })

  it('give no compareAndSwap for granted', () => {
    // @ts-expect-error not every store has it
    void (() => memoryStore().compareAndSwap('key', null, 'value'))
  })
})

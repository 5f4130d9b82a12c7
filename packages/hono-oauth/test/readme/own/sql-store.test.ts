import { DatabaseSync } from 'node:sqlite'
import { storeContract } from 'hono-oauth/testing'
import { describe, it } from 'vitest'
import { sqlStore } from './sql-store.ts'

describe('sqlStore', () => {
  const cases = storeContract((options) => sqlStore(new DatabaseSync(':memory:'), options))
  for (const { name, run } of cases) it(name, run)
})

import { type MakeStore, type StoreContractOptions, storeContract } from 'hono-oauth/testing'
import { describe, it } from 'vitest'

/** Holds a store to the contract that the package exports. */
export function testStore(name: string, makeStore: MakeStore, options: StoreContractOptions = {}): void {
  describe(name, () => {
    for (const { name, run } of storeContract(makeStore, options)) it(name, run)
  })
}

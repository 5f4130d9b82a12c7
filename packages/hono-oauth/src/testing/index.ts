export { type Answer, type BrowserOptions, createBrowser, type TestBrowser } from './browser.ts'
export { type FakeClock, fakeClock } from './clock.ts'
export {
  type FailureOptions,
  type Fault,
  type FaultOptions,
  type Faults,
  faultyStore,
  type StoreOperation,
} from './faulty-store.ts'
export { seededRandom } from './random.ts'
export { type SeededConnection, type SeedOptions, seedConnection } from './seed-connection.ts'
export type { MakeStore, StoreCase } from './store-case.ts'
export { type StoreContractOptions, storeContract } from './store-contract.ts'
export { type WorkersKVDouble, type WorkersKVOptions, workersKv } from './workers-kv.ts'

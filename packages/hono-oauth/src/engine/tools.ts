import type { Report } from '../connections/events.ts'
import type { BackChannel } from '../protocol/back-channel.ts'
import type { Provider } from '../providers/contract.ts'
import type { Observe } from '../telemetry.ts'
import type { GrantIndex } from '../vault/grant-index.ts'
import type { ConnectionRecord } from '../vault/record.ts'
import type { Vault } from '../vault/vault.ts'
import type { CircuitBreaker } from './circuit-breaker.ts'
import type { Leases } from './leases.ts'
import type { RenewalMemory } from './renewal-memory.ts'
import type { Pacing } from './retry.ts'
import type { UseState } from './used-states.ts'

/** What an engine works with. */
export interface EngineTools {
  readonly vault: Vault
  readonly leases: Leases
  readonly useState: UseState
  readonly memory: RenewalMemory
  readonly breaker: CircuitBreaker
  readonly backChannel: BackChannel
  readonly pacing: Pacing
  readonly provider: (name: string) => Provider
  /** Where the owners of a provider's grants are found. */
  readonly grants: (provider: string) => GrantIndex
  readonly report: Report
  readonly observe: Observe
}

/** The name of the circuit of a connection: each server of a provider has its own. */
export function circuitOf({ provider }: EngineTools, { provider: name, details = {} }: ConnectionRecord): string {
  return [name, provider(name).issuerOf?.(details) ?? []].flat().join(' ')
}

/** The index of a provider's grants; `undefined` for a provider that ends none by webhook. */
export function grantIndexOf({ provider, grants }: EngineTools, name: string): GrantIndex | undefined {
  return provider(name).webhooks?.endsGrants ? grants(name) : undefined
}

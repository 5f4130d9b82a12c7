import type { BackChannel } from '../protocol/back-channel.ts'
import type { Provider } from '../providers/contract.ts'
import type { CircuitBreaker } from './circuit-breaker.ts'
import type { ConnectionDocuments } from './documents.ts'
import type { EventDetails } from './events.ts'
import type { GrantIndex } from './grants.ts'
import type { ConnectionRecord } from './record.ts'
import type { RenewalMemory } from './renewal-memory.ts'
import type { RenewalSlots } from './renewal-slots.ts'
import type { Patience } from './retry.ts'
import type { ConnectionSummary } from './summary.ts'

/** What the parts of the engine work with. */
export interface EngineTools extends Patience {
  readonly documents: ConnectionDocuments
  readonly renewals: RenewalMemory
  readonly backChannel: BackChannel
  readonly breaker: CircuitBreaker
  readonly slots: RenewalSlots
  /** How many renewals of this isolate may be on their way to one provider. */
  readonly maxRenewalsAtOnce: number
  /** The clock, in seconds since the epoch. */
  readonly now: () => number
  /** Whether nobody else writes to the same store at the same time: a lease of others is a dead one's. */
  readonly isSoleWriter: boolean
  /**
   * The provider of a name.
   *
   * @throws OAuthError `provider_unknown`
   */
  readonly provider: (name: string) => Provider
  /** Where the owners of a provider's grants are found. */
  readonly grants: (provider: string) => GrantIndex
  readonly summarize: (record: ConnectionRecord) => ConnectionSummary
  /** Tells the app what happened. */
  readonly tell: (event: EventDetails) => Promise<void>
}

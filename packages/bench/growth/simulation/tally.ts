/** What a day came to. */
export class Tally {
  /** Requests of visitors that need the connection. */
  requests = 0
  /** Those that got a token, and those that got a 503 because the provider was down. */
  served = 0
  refused = 0
  /** Renewals that the provider granted, and of these the needless ones. */
  renewals = 0
  /** Another isolate renewed the same token for the same page. */
  renewedAtOnce = 0
  /** Another location had renewed the token, and KV did not show it yet. */
  renewedLate = 0
  /** Renewals that failed after at least one call. */
  failed = 0
  /** Renewals that were not tried: the circuit was open, or the isolate left the token alone after a failure. */
  unasked = 0
  /** Of all these, the ones that an alarm began, and alarms for a token that was not used. */
  alarms = { renewed: 0, failed: 0, unasked: 0, unused: 0 }
  /** Needless looks at a lease that another isolate held, and leases that came after the work was done. */
  leases = { waits: 0, late: 0 }
  /** Reads of the storage beside those of requests. */
  looks = 0
  /** Pages of visitors: the first request of each wakes an object. */
  pages = 0
  lastRefusedAt = 0
}

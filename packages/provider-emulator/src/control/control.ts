import type { Clock } from '../clock.ts'
import type { LoggedRequest, RequestLog } from '../request-log.ts'
import type { ScenarioStatus, Scenarios } from '../scenarios.ts'

/** What a test can see and change; `/_emulator` offers the same over HTTP. */
export interface EmulatorControl {
  /** Every request to an emulated or unknown host so far, oldest first. */
  requests(): LoggedRequest[]
  clearRequests(): void
  /** Switches a fault on for so many times, or until it is cleared. Throws for an unknown name. */
  setScenario(name: string, times?: number): ScenarioStatus
  clearScenarios(): void
  scenarios(): ScenarioStatus[]
  /** Moves the emulator's clock forward by so many seconds; returns the new time as `now()`. */
  advance(seconds: number): number
  /** The emulator's time in milliseconds since the epoch. */
  now(): number
  /** Forgets grants, codes, tokens, scenarios, requests and the clock's offset. */
  reset(): void
}

export interface Controlled {
  readonly clock: Clock
  readonly log: RequestLog
  readonly scenarios: Scenarios
  readonly resetProviders: () => void
}

export function createControl({
  clock,
  log,
  scenarios,
  resetProviders,
}: Controlled): EmulatorControl {
  return {
    requests: () => log.list(),
    clearRequests: () => log.clear(),
    setScenario: (name, times) => scenarios.set(name, times),
    clearScenarios: () => scenarios.clear(),
    scenarios: () => scenarios.list(),
    advance(seconds) {
      clock.advance(seconds)
      return clock.now()
    },
    now: () => clock.now(),
    reset() {
      log.clear()
      scenarios.clear()
      clock.reset()
      // Last: a provider may stamp what it starts with, by the clock.
      resetProviders()
    },
  }
}

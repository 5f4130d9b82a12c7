import type { WebhookRequest } from '../options.ts'
import type { LoggedRequest, RequestLog } from '../request-log.ts'
import type { ScenarioStatus, Scenarios } from '../scenarios.ts'
import type { Clock } from '../time.ts'
import type { WebhookDelivery, WebhookMessage, Webhooks } from '../webhooks.ts'

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
  /**
   * Builds a signed webhook without sending it, so that a test can deliver it itself, tampered with.
   * Rejects when the request makes no sense.
   */
  buildWebhook(request: WebhookRequest): Promise<WebhookMessage>
  /** Builds a signed webhook, or takes the latest one again, and sends it to the target. */
  sendWebhook(request: WebhookRequest & { readonly target: string }): Promise<WebhookDelivery>
  /** Forgets grants, instances, codes, tokens, scenarios, requests and the clock's offset. */
  reset(): void
}

export interface ControlDependencies {
  readonly clock: Clock
  readonly log: RequestLog
  readonly scenarios: Scenarios
  readonly webhooks: Webhooks
  readonly resetProviders: () => void
}

export function createControl({
  clock,
  log,
  scenarios,
  webhooks,
  resetProviders,
}: ControlDependencies): EmulatorControl {
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
    buildWebhook: (request) => webhooks.build(new Map(Object.entries(request))),
    sendWebhook: (request) => webhooks.send(new Map(Object.entries(request))),
    reset() {
      log.clear()
      scenarios.clear()
      clock.reset()
      webhooks.clear()
      // Last: a provider may stamp what it starts with, by the clock.
      resetProviders()
    },
  }
}

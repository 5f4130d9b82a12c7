import type { WebhookRequest } from '../options.ts'
import type { LoggedRequest, RequestLog } from '../request-log.ts'
import type { ScenarioStatus, ScenarioStore } from '../scenarios.ts'
import type { Clock } from '../time.ts'
import type { WebhookDelivery, WebhookMessage, Webhooks } from '../webhooks.ts'

/** The control of the emulator for tests. `/_emulator` offers the same over HTTP. */
export interface EmulatorControl {
  /** All requests to emulated and unknown hosts, oldest first. */
  requests(): LoggedRequest[]
  clearRequests(): void
  /** Activates a provider's fault, `times` times or until it is cleared. Throws for an unknown name. */
  setScenario(provider: string, name: string, times?: number): ScenarioStatus
  /** Turns a provider's fault off. Throws for an unknown name. */
  clearScenario(provider: string, name: string): ScenarioStatus
  clearScenarios(): void
  scenarios(): ScenarioStatus[]
  /** Moves the emulator's clock forward, in seconds. Returns the new time like `now()`. */
  advance(seconds: number): number
  /** The emulator's time in milliseconds since the epoch. */
  now(): number
  /**
   * Builds a signed webhook without sending it. A test can change it and deliver it itself.
   * Rejects for a wrong request.
   */
  buildWebhook(request: WebhookRequest): Promise<WebhookMessage>
  /** Sends a new signed webhook to the target, or the latest one again. */
  sendWebhook(request: WebhookRequest & { readonly target: string }): Promise<WebhookDelivery>
  /** Removes grants, instances, codes, tokens, scenarios, requests and the clock's offset. */
  reset(): void
}

export interface ControlDependencies {
  readonly clock: Clock
  readonly log: RequestLog
  readonly scenarios: ScenarioStore
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
    setScenario: (provider, name, times) => scenarios.set(provider, name, times),
    clearScenario: (provider, name) => scenarios.unset(provider, name),
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
      // After the clock: a provider reads the time of its initial tokens from it.
      resetProviders()
    },
  }
}

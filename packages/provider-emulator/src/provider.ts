import type { Hono } from 'hono'
import type { ProviderOperations } from './control/operations.ts'
import type { Scenarios } from './scenarios.ts'
import type { Clock, Wait } from './time.ts'
import type { DeliverWebhook, WebhookBuilder } from './webhooks.ts'

/** `page`: the user decides on the consent page. `auto`: the provider allows at once. */
export type Consent = 'page' | 'auto'

/** The services of the emulator that all providers share. */
export interface SharedServices {
  readonly clock: Clock
  readonly wait: Wait
  readonly consent: Consent
  /** The name of an app that has none of its own. */
  readonly appName: string
  /** The delay of a slow endpoint, in seconds of real time. */
  readonly slowSeconds: number
  /** Sends a webhook to its target. */
  readonly deliverWebhook: DeliverWebhook
}

/** The services of one provider. */
export interface EmulatorServices extends SharedServices {
  /** The provider's own scenarios. */
  readonly scenarios: Scenarios
}

/** The bindings of a provider's routes. */
export interface ProviderBindings {
  readonly host: string
  /** The path on that host. */
  readonly path: string
  /** The URL of an emulated host, in the form of this request: real host name or path prefix. */
  readonly urlOf: (host: string, path: string) => string
  /** The URL of the control page. Undefined for a request to a real host name. */
  readonly controlPage: string | undefined
}

/** One emulated provider. Its routes start with the host: `/api.example/oauth/token`. */
export interface EmulatedProvider {
  readonly name: string
  /** The name for people. */
  readonly title: string
  readonly hosts: readonly string[]
  readonly app: {
    fetch(request: Request, bindings: ProviderBindings): Response | Promise<Response>
  }
  /** The provider's own control routes, mounted at `/_emulator/<name>`. */
  readonly control?: Hono
  /** The control routes that the control page links to. */
  readonly linkedRoutes?: readonly string[]
  readonly operations: ProviderOperations
  readonly webhooks?: WebhookBuilder
  /** Removes everything that requests created. */
  reset(): void
}

/** A provider with its control for tests in the same process. */
export interface ControlledProvider<Control> {
  readonly provider: EmulatedProvider
  readonly control: Control
}

import type { Hono } from 'hono'
import type { ScenarioDefinition, Scenarios } from './scenarios.ts'
import type { Clock, Wait } from './time.ts'
import type { DeliverWebhook, WebhookBuilder } from './webhooks.ts'

/** Whether a person decides on the consent page or the provider allows at once. */
export type Consent = 'page' | 'auto'

/** What the emulator lends to every provider. */
export interface EmulatorServices {
  readonly clock: Clock
  readonly scenarios: Scenarios
  readonly wait: Wait
  readonly consent: Consent
  /** How long a slow endpoint is slow, in seconds of real time. */
  readonly slowSeconds: number
  /** Delivers a webhook. */
  readonly deliver: DeliverWebhook
}

/** What a provider's routes know about the request besides the request. */
export interface ProviderBindings {
  readonly host: string
  /** The path on that host. */
  readonly path: string
  /** The address of another emulated host, on the face through which this request came. */
  readonly urlOf: (host: string, path: string) => string
}

/** One emulated provider. Its routes start with the host: `/api.example/oauth/token`. */
export interface EmulatedProvider {
  readonly name: string
  readonly hosts: readonly string[]
  readonly app: {
    fetch(request: Request, bindings: ProviderBindings): Response | Promise<Response>
  }
  readonly scenarios: readonly ScenarioDefinition[]
  /** Control routes of its own, mounted at `/_emulator/<name>`. */
  readonly control?: Hono
  /** Those of them that a person may want to open. */
  readonly linkedRoutes?: readonly string[]
  readonly webhooks?: WebhookBuilder
  /** Forgets everything that requests have brought about. */
  reset(): void
}

/** A provider, and what a test in the same process can do to it. */
export interface ControlledProvider<Control> {
  readonly provider: EmulatedProvider
  readonly control: Control
}

import type { OauthExampleOptions } from './oauth-example/options.ts'
import type { Consent } from './provider.ts'
import type { Wait } from './time.ts'
import type { WebflowOptions } from './webflow/options.ts'
import type { WebflowWebhookRequest } from './webflow/webhooks.ts'
import type { WebhookFetch } from './webhooks.ts'
import type { WixOptions } from './wix/options.ts'
import type { WixWebhookRequest } from './wix/webhooks.ts'

/** How the emulator behaves; every part has a default. */
export interface EmulatorOptions {
  /** The base clock, in milliseconds since the epoch. Default: `Date.now`. */
  readonly now?: () => number
  /** `page` asks a person, `auto` allows at once. Default: `page`. */
  readonly consent?: Consent
  /** How long a slow endpoint is slow, in seconds of real time. Default: 30. */
  readonly slowSeconds?: number
  /** Waits real time for the slow scenarios; a test can pass one that does not wait. */
  readonly wait?: Wait
  /** Sends webhooks. Default: the global fetch. */
  readonly fetch?: WebhookFetch
  readonly webflow?: WebflowOptions
  readonly wix?: WixOptions
  readonly oauthExample?: OauthExampleOptions
}

/** What is to be sent, and what is to be wrong with it. */
export type WebhookRequest = WebflowWebhookRequest | WixWebhookRequest

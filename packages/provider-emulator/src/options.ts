import type { Fixtures } from './fixtures.ts'
import type { OauthExampleOptions } from './oauth-example/options.ts'
import type { OwnPersonality } from './personalities/own.ts'
import type { PersonalitiesOptions } from './personalities/registry.ts'
import type { Consent } from './provider.ts'
import type { Wait } from './time.ts'
import type { WebflowOptions } from './webflow/options.ts'
import type { WebflowWebhookRequest } from './webflow/webhooks.ts'
import type { WebhookFetch } from './webhooks.ts'
import type { WixOptions } from './wix/options.ts'
import type { WixWebhookRequest } from './wix/webhooks.ts'

/** The settings of the emulator. Every setting has a default. */
export interface EmulatorOptions {
  /** The base clock, in milliseconds since the epoch. Default: `Date.now`. */
  readonly now?: () => number
  /** `page` shows a consent page, `auto` allows at once. Default: `page`. */
  readonly consent?: Consent
  /** The name of the app on the consent pages of all providers, where a client has none of its own. Default: `Example App`. */
  readonly appName?: string
  /** The delay of a slow endpoint, in seconds of real time. Default: 30. */
  readonly slowSeconds?: number
  /** Waits in the slow scenarios. A test can pass a function that does not wait. Default: a timer. */
  readonly wait?: Wait
  /** Sends the webhooks. Default: the global fetch. */
  readonly fetch?: WebhookFetch
  /** Answers requests to hosts that are not emulated, such as the global fetch. Default: status 599. */
  readonly passThrough?: (request: Request) => Promise<Response>
  /** The people, workspaces, sites and shops of all providers. The options of a provider replace them there. */
  readonly fixtures?: Fixtures
  readonly webflow?: WebflowOptions
  readonly wix?: WixOptions
  readonly oauthExample?: OauthExampleOptions
  /** The clients of the other providers, by name. Each has one with a default id and secret. */
  readonly personalities?: PersonalitiesOptions
  /** Providers of your own, described as data. */
  readonly providers?: readonly OwnPersonality[]
}

/** A webhook to build, with the faults that it should have. */
export type WebhookRequest = WebflowWebhookRequest | WixWebhookRequest

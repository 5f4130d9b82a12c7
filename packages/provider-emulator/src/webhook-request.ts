import type { WebflowWebhookRequest } from './webflow/webhooks.ts'
import type { WixWebhookRequest } from './wix/webhooks.ts'

/** What is to be sent, and what is to be wrong with it. */
export type WebhookRequest = WebflowWebhookRequest | WixWebhookRequest

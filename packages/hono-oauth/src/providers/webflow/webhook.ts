import { digest, fromHex } from '../../crypto/encoding.ts'
import { hmacVerifier } from '../../crypto/hmac.ts'
import { OAuthError } from '../../errors.ts'
import { parseJsonObject } from '../../protocol/answer.ts'
import type { WebhookEvent, WebhookVerifier } from '../webhook-contract.ts'

type Trigger =
  | 'form_submission'
  | 'site_publish'
  | 'comment_created'
  | `page_${'created' | 'metadata_updated' | 'deleted'}`
  | `ecomm_${'new_order' | 'order_changed' | 'inventory_changed'}`
  | `collection_item_${'created' | 'changed' | 'deleted' | 'published' | 'unpublished'}`

/** The events of Webflow by trigger; the data of each is the JSON object that Webflow documents. */
export type WebflowEvents = Readonly<Record<Trigger, Readonly<Record<string, unknown>>>>

// The allowed difference between Webflow's clock and ours.
const FUTURE_SECONDS = 60
const TIMESTAMP = /^\d{13}$/
const SIGNATURE = /^[\da-f]{64}$/

/**
 * Verifies webhooks of Webflow: HMAC-SHA256 over timestamp, colon and raw body, in hex.
 *
 * @param secrets - the client secret and the secrets of single webhooks; any of them may have signed
 * @param maxAgeSeconds - the highest age of a webhook, in seconds
 * @see {@link https://developers.webflow.com/data/docs/working-with-webhooks | Webflow - Webhooks}
 */
export function webhookVerifier(secrets: readonly string[], maxAgeSeconds: number): WebhookVerifier<WebflowEvents> {
  const verifyHmac = hmacVerifier(secrets)
  return {
    endsGrants: false,
    async verify({ headers, body, nowMs }) {
      const timestamp = headers.get('x-webflow-timestamp') ?? ''
      const signature = headers.get('x-webflow-signature') ?? ''
      // Two headers of one name are read as one with a comma, which neither pattern allows.
      const isWellFormed = TIMESTAMP.test(timestamp) && SIGNATURE.test(signature)
      const age = nowMs / 1000 - Number(timestamp) / 1000
      const isInTime = age <= maxAgeSeconds && age >= -FUTURE_SECONDS
      // The signature last: it is what costs.
      const isMeant = isWellFormed && isInTime
      if (!isMeant || !(await verifyHmac(fromHex(signature), `${timestamp}:${body}`)))
        throw new OAuthError('webhook_unverified')
      return readEvent(body, Number(timestamp))
    },
  }
}

async function readEvent(body: string, timestamp: number): Promise<WebhookEvent> {
  const json = parseJsonObject(body)
  const triggerType = json?.['triggerType']
  if (typeof triggerType !== 'string') throw new OAuthError('webhook_malformed')
  return {
    type: triggerType,
    id: await digest(`${timestamp}:${body}`, 43),
    occurredAt: Math.floor(timestamp / 1000),
    data: json?.['payload'] ?? {},
  }
}

import { digest, fromHex } from '../../crypto/encoding.ts'
import { type HmacVerifier, hmacVerifier } from '../../crypto/hmac.ts'
import { OAuthError } from '../../errors.ts'
import { parseJsonObject } from '../../protocol/json-body.ts'
import type { WebhookEvent, WebhookRequest, WebhookVerifier } from '../webhook-contract.ts'

type Trigger =
  | 'form_submission'
  | 'site_publish'
  | 'page_created'
  | 'page_metadata_updated'
  | 'page_deleted'
  | 'ecomm_new_order'
  | 'ecomm_order_changed'
  | 'ecomm_inventory_changed'
  | 'collection_item_created'
  | 'collection_item_changed'
  | 'collection_item_deleted'
  | 'collection_item_published'
  | 'collection_item_unpublished'
  | 'comment_created'

/** Webflow's events by trigger: the payload of each is a JSON object that Webflow documents. */
export type WebflowEvents = Readonly<Record<Trigger, Readonly<Record<string, unknown>>>>

// Our clock and theirs may differ by so much.
const FUTURE_SECONDS = 60
const TIMESTAMP = /^\d{13}$/
const SIGNATURE = /^[\da-f]{64}$/

/**
 * Verifies webhooks of Webflow: HMAC-SHA256 over timestamp, colon and raw body, in hex.
 *
 * @param secrets - any of them may have signed: the client secret, those of single webhooks
 * @param maxAgeSeconds - how old a webhook may be, in seconds
 * @see {@link https://developers.webflow.com/data/docs/working-with-webhooks | Webflow - Webhooks}
 */
export function webhookVerifier(
  secrets: readonly string[],
  maxAgeSeconds: number,
): WebhookVerifier<WebflowEvents> {
  const verifyHmac = hmacVerifier(secrets)
  return {
    endsGrants: false,
    async verify(request) {
      const timestamp = await verifySignature(request, verifyHmac)
      const age = request.nowMs / 1000 - timestamp / 1000
      if (!(age <= maxAgeSeconds && age >= -FUTURE_SECONDS))
        throw new OAuthError('webhook_unverified')
      return readEvent(request.body, timestamp)
    },
  }
}

async function verifySignature(
  { headers, body }: WebhookRequest,
  verifyHmac: HmacVerifier,
): Promise<number> {
  const timestamp = headers.get('x-webflow-timestamp') ?? ''
  const signature = headers.get('x-webflow-signature') ?? ''
  // Two headers of one name arrive as one with a comma, which is neither a number nor hex.
  if (TIMESTAMP.test(timestamp) && SIGNATURE.test(signature)) {
    const isSigned = await verifyHmac(fromHex(signature), `${timestamp}:${body}`)
    if (isSigned) return Number(timestamp)
  }
  throw new OAuthError('webhook_unverified')
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

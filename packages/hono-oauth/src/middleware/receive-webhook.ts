import type { Context } from 'hono'
import { LATE, untilDeadline } from '../deadline.ts'
import { OAuthError, storeUnavailable } from '../errors.ts'
import type { WebhookEvent } from '../providers/webhook-contract.ts'
import { readRawBody } from '../webhooks/raw-body.ts'
import { keepAlive, type Visit, waitUntilOf } from './runtime.ts'

// Wix gives up after 1250 milliseconds, which includes the time on the network.
const ANSWER_WITHIN_MS = 900

/**
 * Receives a webhook: verifies it first, answers soon, and handles it once.
 *
 * @throws OAuthError `webhook_unverified`, `webhook_malformed` or `webhook_too_large`, before any effect. It also
 *   throws an early error of the handler, so that the provider sends the webhook again
 */
export async function receiveWebhook(visit: Visit): Promise<Response> {
  const { c, runtime, name } = visit
  const { webhooks } = runtime.provider(name)
  if (!webhooks) throw new OAuthError('provider_unknown')
  const body = await readBody(c)
  const { headers } = c.req.raw
  const event = await webhooks.verify({ headers, body, nowMs: runtime.config.now() })
  const deadline = Date.now() + ANSWER_WITHIN_MS
  // The answer waits for this effect. After the deadline the provider has to send the webhook again, and a second
  // application changes nothing.
  const applied = await untilDeadline(keepAlive(c, applyEffect(visit, event)), deadline)
  if (applied === LATE) throw storeUnavailable(undefined)
  const handling = new Handling()
  const work = handle(visit, event, handling)
  // The provider does not deliver the event again after an early answer, so an event tells the app of a failure.
  const told = work.catch(async (error: unknown) => {
    if (!handling.isAnswered) throw error
    console.error(c.req.path, error)
    report(visit, 'webhook_failed', event)
  })
  const outcome = await untilDeadline(keepAlive(c, told), deadline)
  if (outcome !== LATE) return c.body(null, 200)
  // The event is not claimed yet: the provider has to deliver it again.
  if (!handling.isBegun) throw storeUnavailable(undefined)
  handling.isAnswered = true
  return c.body(null, 200)
}

/**
 * The text of a body.
 *
 * @throws OAuthError `webhook_too_large` or `webhook_unverified`
 */
export async function readBody(c: Context, maxBytes?: number): Promise<string> {
  // A middleware of the app may have read the body already; Hono keeps it then.
  return c.req.raw.bodyUsed ? c.req.text() : readRawBody(c.req.raw, maxBytes)
}

/** Begins or ends the grant that an event is about. */
async function applyEffect({ c, runtime, name }: Visit, { grantId, effect, occurredAt }: WebhookEvent): Promise<void> {
  const connections = runtime.connections(c)
  if (grantId && effect === 'began') await connections.beginGrant(name, grantId, occurredAt)
  if (grantId && effect === 'ended') await connections.endGrant(name, grantId, occurredAt)
}

type EventHandlers = Readonly<Record<string, ((event: WebhookEvent, c: Context) => unknown) | undefined>>

function report({ c, runtime, name }: Visit, type: 'webhook' | 'webhook_failed', { type: event, id }: WebhookEvent) {
  runtime.report({ type, provider: name, event, id }, waitUntilOf(c))
}

/** How far the handling of one delivery is. */
class Handling {
  /** Whether this delivery has claimed the event. */
  isBegun = false
  /** Whether the provider was told that the event is handled. */
  isAnswered = false
}

async function handle(visit: Visit, event: WebhookEvent, handling: Handling): Promise<void> {
  const { c, runtime, name } = visit
  const { type } = event
  const handlers: EventHandlers = runtime.config.webhooks?.[name] ?? {}
  const handler = Object.hasOwn(handlers, type) ? handlers[type] : handlers['*']
  if (!handler && !runtime.config.onEvent) return
  await runtime.deliveries.once(name, event.id, async () => {
    handling.isBegun = true
    await handler?.(event, c)
    report(visit, 'webhook', event)
  })
}

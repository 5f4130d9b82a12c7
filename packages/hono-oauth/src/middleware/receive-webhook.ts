import type { Context } from 'hono'
import { LATE, untilDeadline } from '../deadline.ts'
import { OAuthError, storeUnavailable } from '../errors.ts'
import type { WebhookEvent } from '../providers/webhook-contract.ts'
import { readRawBody } from '../webhooks/raw-body.ts'
import { keepAlive } from './keep-alive.ts'
import type { Runtime } from './runtime.ts'

/** The app's own handlers of one provider, by event. */
export type EventHandlers = Readonly<Record<string, (event: never, c: Context) => unknown>>

// Wix gives up after 1250 milliseconds; this leaves room for the way there and back.
const ANSWER_WITHIN_MS = 900

/**
 * Receives a webhook: verified first, answered soon, handled once.
 *
 * @throws OAuthError `webhook_unverified`, `webhook_malformed` or `webhook_too_large`, and nothing has
 *   happened then; an error of the handling, if it fails at once, so that the provider tries again
 */
export async function receiveWebhook(
  c: Context,
  runtime: Runtime,
  name: string,
  handlers: ReadonlyMap<string, EventHandlers>,
): Promise<Response> {
  const { webhooks } = runtime.provider(name)
  if (!webhooks) throw new OAuthError('provider_unknown')
  // A middleware of the app may have read it already: Hono keeps what it read.
  const body = c.req.raw.bodyUsed ? await c.req.text() : await readRawBody(c.req.raw)
  const { headers } = c.req.raw
  const event = await webhooks.verify({ headers, body, nowMs: runtime.config.now() })
  const deadline = Date.now() + ANSWER_WITHIN_MS
  // Done before the answer or told as not done: the provider tries again, and these may happen again.
  const applied = await untilDeadline(keepAlive(c, applyEffect(c, runtime, name, event)), deadline)
  if (applied === LATE) throw storeUnavailable(undefined)
  const handling = handle(c, runtime, name, event, handlers)
  const outcome = await untilDeadline(keepAlive(c, handling), deadline)
  // What fails after the answer is for the log alone.
  if (outcome === LATE) handling.catch((error: unknown) => console.error(c.req.path, error))
  return c.body(null, 200)
}

/** What an event means for connections. */
async function applyEffect(
  c: Context,
  runtime: Runtime,
  name: string,
  { grantId, effect, occurredAt }: WebhookEvent,
): Promise<void> {
  const connections = runtime.connections(c)
  if (grantId && effect === 'began') await connections.beginGrant(name, grantId, occurredAt)
  if (grantId && effect === 'ended') await connections.endGrant(name, grantId, occurredAt)
}

async function handle(
  c: Context,
  runtime: Runtime,
  name: string,
  event: WebhookEvent,
  handlers: ReadonlyMap<string, EventHandlers>,
): Promise<void> {
  const { type } = event
  const own = handlers.get(name) ?? {}
  const handler = Object.hasOwn(own, type) ? own[type] : own['*']
  if (!handler && !runtime.config.onEvent) return
  await runtime.deliveries.once(name, event.id, async () => {
    await handler?.(event as never, c)
    await runtime.tell({ type: 'webhook', provider: name, event: type, id: event.id })
  })
}

import type { Env, WebhookMessage } from './env.ts'

/**
 * Handles webhooks from the queue: the platform has its answer long before, and the queue delivers again what fails.
 * A real app would archive the data of the site here.
 */
export async function handleWebhooks(batch: MessageBatch<WebhookMessage>, _env: Env): Promise<void> {
  for (const { body, ack } of batch.messages) {
    console.log(`${body.provider}: ${body.event}, instance ${body.instanceId}`)
    ack()
  }
}

import type { MessageBatch, Queue } from '@cloudflare/workers-types'
import app, { oauth } from './start'

interface QueueEnv extends Env {
  readonly ROTATIONS: Queue<{ cursor?: string }>
}

/** Seals up to 250 stored values with the new key, and leaves the rest to the next message. */
export default {
  fetch: app.fetch,
  async queue(batch: MessageBatch<{ cursor?: string }>, env: QueueEnv): Promise<void> {
    for (const { body } of batch.messages) {
      const { resealed, unchanged, unreadable, cursor } = await oauth.rotateKeys(env, {
        cursor: body.cursor,
      })
      console.log({ resealed, unchanged, unreadable })
      if (cursor) await env.ROTATIONS.send({ cursor })
    }
  },
}

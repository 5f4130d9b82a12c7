import type { EmulatedProvider } from '../provider.ts'
import {
  checkTarget,
  type DeliverWebhook,
  type WebhookDelivery,
  type WebhookMessage,
} from '../webhooks.ts'
import { refuseUnknown } from './json-body.ts'
import { ControlError, flagMember, type Members, requiredText } from './members.ts'

export interface Webhooks {
  build(members: Members): Promise<WebhookMessage>
  send(members: Members): Promise<WebhookDelivery>
  /** Forgets what could be delivered again. */
  clear(): void
}

const COMMON = ['provider', 'event', 'target', 'redeliver']

/** Builds and sends the webhooks of every provider that has some. */
export function createWebhooks(
  providers: readonly EmulatedProvider[],
  deliver: DeliverWebhook,
): Webhooks {
  const latest = new Map<string, WebhookMessage>()

  const senderOf = (name: string) => {
    const webhooks = providers.find((provider) => provider.name === name)?.webhooks
    if (webhooks !== undefined) return webhooks
    const names = providers.filter((provider) => provider.webhooks !== undefined)
    const known = names.map((provider) => `"${provider.name}"`).join(', ')
    throw new ControlError(400, `"provider" must be one of ${known}.`)
  }

  async function build(members: Members): Promise<WebhookMessage> {
    const provider = requiredText(members, 'provider')
    const sender = senderOf(provider)
    refuseUnknown(members, [...COMMON, ...sender.members])
    if (flagMember(members, 'redeliver') === true) {
      const message = latest.get(provider)
      if (message !== undefined) return message
      throw new ControlError(400, 'There is no webhook to deliver again.')
    }
    const message = await sender.build(requiredText(members, 'event'), members)
    latest.set(provider, message)
    return message
  }

  return {
    build,
    async send(members) {
      const target = requiredText(members, 'target')
      checkTarget(target)
      return deliver(target, await build(members))
    },
    clear: () => latest.clear(),
  }
}

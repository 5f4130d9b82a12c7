import {
  ControlError,
  flagMember,
  type Members,
  refuseUnknownMembers,
  requiredText,
} from './control/control-request.ts'
import type { EmulatedProvider } from './provider.ts'
import { isInsecureUrl, parseWebUrl } from './urls.ts'

/** A webhook as it goes over the wire, with POST. */
export interface WebhookMessage {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export interface WebhookDelivery {
  /** The receiver's status; null when there was no answer. */
  readonly status: number | null
  /** Whether the provider would count it as delivered: status 200. */
  readonly delivered: boolean
}

/** A provider's part in webhooks. */
export interface WebhookBuilder {
  /** The members of a request that it reads. */
  readonly members: readonly string[]
  /** Throws a ControlError when the request makes no sense. */
  build(event: string, members: Members): Promise<WebhookMessage>
}

export type DeliverWebhook = (target: string, message: WebhookMessage) => Promise<WebhookDelivery>

/** How webhooks leave the emulator; the global fetch is one. */
export type WebhookFetch = (url: string, init: RequestInit) => Promise<Response>

const TIMEOUT_MS = 10_000

export function checkTarget(target: string): void {
  const url = parseWebUrl(target)
  if (url === undefined || isInsecureUrl(url)) {
    throw new ControlError(400, '"target" must be an https address; http is for localhost only.')
  }
}

export const createWebhookDelivery =
  (fetch: WebhookFetch): DeliverWebhook =>
  async (target, { headers, body }) => {
    checkTarget(target)
    const signal = AbortSignal.timeout(TIMEOUT_MS)
    const init: RequestInit = { method: 'POST', headers, body, redirect: 'manual', signal }
    try {
      const response = await fetch(target, init)
      await response.body?.cancel()
      // A redirect counts as a failure as well.
      return { status: response.status, delivered: response.status === 200 }
    } catch {
      return { status: null, delivered: false }
    }
  }

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
    refuseUnknownMembers(members, [...COMMON, ...sender.members])
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

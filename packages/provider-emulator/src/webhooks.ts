import {
  ControlError,
  flagMember,
  type Members,
  refuseUnknownMembers,
  requiredText,
} from './control/control-request.ts'
import type { Choice } from './control/operations.ts'
import { isInsecureUrl, parseWebUrl } from './urls.ts'

/** A webhook's headers and body. The method is POST. */
export interface WebhookMessage {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** What came of sending a webhook. */
export interface WebhookDelivery {
  /** The receiver's status. Null if the receiver did not answer. */
  readonly status: number | null
  /** Whether the status is 200, which the provider counts as delivered. */
  readonly delivered: boolean
}

/** Builds the webhooks of one provider. */
export interface WebhookBuilder {
  /** The names of the request members that the builder reads. */
  readonly members: readonly string[]
  readonly events: readonly string[]
  /** The URL of the app that gets them. Undefined if none is registered. */
  readonly url: string | undefined
  /** The member that says which site or installation a webhook is about, and its values. */
  readonly subject: { readonly member: string; readonly label: string; choices(): readonly Choice[] }
  /** Throws a ControlError for a wrong request. */
  build(event: string, members: Members): Promise<WebhookMessage>
}

/** A provider that may send webhooks. */
interface WebhookProvider {
  readonly name: string
  readonly webhooks?: WebhookBuilder
}

export type DeliverWebhook = (target: string, message: WebhookMessage) => Promise<WebhookDelivery>

/** The function that sends webhooks, such as the global fetch. */
export type WebhookFetch = (url: string, init: RequestInit) => Promise<Response>

const TIMEOUT_MS = 10_000

export function checkTarget(target: string): void {
  const url = parseWebUrl(target)
  if (url === undefined || isInsecureUrl(url)) {
    throw new ControlError(400, '"target" must be an https URL; http is for localhost only.')
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
      // A redirect counts as a failed delivery.
      return { status: response.status, delivered: response.status === 200 }
    } catch {
      return { status: null, delivered: false }
    }
  }

export interface Webhooks {
  build(members: Members): Promise<WebhookMessage>
  send(members: Members): Promise<WebhookDelivery>
  /** Removes the messages that could be delivered again. */
  clear(): void
}

const COMMON = ['provider', 'event', 'target', 'redeliver']

/** Builds and sends the webhooks of all providers. */
export function createWebhooks(providers: readonly WebhookProvider[], deliver: DeliverWebhook): Webhooks {
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
      throw new ControlError(400, 'There is no webhook to deliver again. Send one without "redeliver" first.')
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

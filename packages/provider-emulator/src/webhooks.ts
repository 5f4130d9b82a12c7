import { ControlError, type Members } from './control/members.ts'
import { isInsecure, webAddress } from './web-address.ts'

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
  const url = webAddress(target)
  if (url === undefined || isInsecure(url)) {
    throw new ControlError(400, '"target" must be an https address; http is for localhost only.')
  }
}

export const createDelivery =
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

import { ControlError, flagMember, numberMember, objectMember, textMember } from '../control/control-request.ts'
import { hmacSha256, toHex } from '../encoding.ts'
import type { WebhookBuilder } from '../webhooks.ts'
import type { WebflowConfig } from './config.ts'
import type { WebflowModel } from './model.ts'

/** A webhook of Webflow to build or to send. */
export interface WebflowWebhookRequest {
  readonly provider: 'webflow'
  /** The trigger type, such as `site_publish`. */
  readonly event: string
  /** The site of the event. Default: the first site. */
  readonly siteId?: string
  /** The app whose client secret signs. Default: the first app. */
  readonly clientId?: string
  /** The secret that signs instead, as for a webhook that a site token created. */
  readonly secret?: string
  /** Whether the signature is missing, as for a webhook created in the dashboard. */
  readonly unsigned?: boolean
  /** The age of its timestamp in seconds. Negative for the future. Default: 0. */
  readonly ageSeconds?: number
  /** The text of the timestamp header, instead of a time. It is signed unchanged. */
  readonly timestamp?: string
  /** The payload. Default: a sample for the event. */
  readonly payload?: Readonly<Record<string, unknown>>
  /** Uses the latest message again, byte for byte. */
  readonly redeliver?: boolean
}

const ITEM_TRIGGERS = ['created', 'changed', 'deleted', 'published', 'unpublished']
const PAGE_TRIGGERS = ['created', 'metadata_updated', 'deleted']
const ORDER_TRIGGERS = ['new_order', 'order_changed', 'inventory_changed']

const WEBFLOW_TRIGGERS: readonly string[] = [
  'form_submission',
  'site_publish',
  ...PAGE_TRIGGERS.map((name) => `page_${name}`),
  ...ORDER_TRIGGERS.map((name) => `ecomm_${name}`),
  ...ITEM_TRIGGERS.map((name) => `collection_item_${name}`),
  'comment_created',
]

/** A small sample payload of the trigger. Each has the site's id. */
function samplePayload(event: string, siteId: string, at: string): Readonly<Record<string, unknown>> {
  const id = '65d36f2a1c8b4e0017a5c0de'
  if (event === 'form_submission') {
    const data = { name: 'Ada', email: 'ada@example.com' }
    return {
      name: 'Contact',
      siteId,
      data,
      submittedAt: at,
      id,
      formId: '65429eadebe8a9f3a30f62d0',
    }
  }
  if (event === 'site_publish') {
    return {
      domains: ['www.example.com'],
      siteId,
      publishedOn: at,
      publishedBy: { displayName: 'Ada' },
    }
  }
  if (event.startsWith('page_')) return { siteId, pageId: id, pageTitle: 'Home', lastUpdated: at }
  if (event.startsWith('ecomm_')) return { siteId, orderId: 'dfa-3f1', status: 'unfulfilled' }
  if (event.startsWith('collection_item_')) {
    return {
      id,
      siteId,
      workspaceId: '',
      collectionId: id,
      lastUpdated: at,
      fieldData: { name: 'A' },
    }
  }
  return { siteId, threadId: id, commentId: id, content: 'Hello', createdOn: at }
}

/** Signs timestamp and body, both unchanged. */
export const signWebhook = async (secret: string, timestamp: string, body: string) =>
  toHex(await hmacSha256(secret, `${timestamp}:${body}`))

function signingSecretOf(config: WebflowConfig, clientId: string | undefined): string {
  const client = config.clients.find(({ id }) => id === (clientId ?? config.clients[0]?.id))
  if (client === undefined) {
    throw new ControlError(400, '"clientId" is not the id of a registered app.')
  }
  return client.secret
}

function siteIdOf(config: WebflowConfig, siteId: string | undefined): string {
  const site = config.sites.find(({ id }) => id === (siteId ?? config.sites[0]?.id))
  if (site === undefined) throw new ControlError(400, '"siteId" is not the id of a site.')
  return site.id
}

/** Builds webhooks. Their HMAC covers timestamp, colon and body. */
export const createWebflowWebhooks = ({ config, services }: WebflowModel): WebhookBuilder => ({
  members: ['siteId', 'clientId', 'secret', 'unsigned', 'ageSeconds', 'timestamp', 'payload'],
  events: WEBFLOW_TRIGGERS,
  url: config.clients[0]?.webhookUrl,
  subject: {
    member: 'siteId',
    label: 'Site',
    choices: () => config.sites.map(({ id, displayName }) => ({ value: id, label: displayName })),
  },
  async build(event, members) {
    if (!WEBFLOW_TRIGGERS.includes(event)) {
      const known = WEBFLOW_TRIGGERS.join(', ')
      throw new ControlError(400, `There is no event "${event}". Known events: ${known}.`)
    }
    const now = services.clock.now()
    const siteId = siteIdOf(config, textMember(members, 'siteId'))
    const clientSecret = signingSecretOf(config, textMember(members, 'clientId'))
    const payload = objectMember(members, 'payload') ?? samplePayload(event, siteId, new Date(now).toISOString())
    const body = JSON.stringify({ triggerType: event, payload })

    const headers = { 'Content-Type': 'application/json' }
    if (flagMember(members, 'unsigned') === true) return { headers, body }
    const age = numberMember(members, 'ageSeconds') ?? 0
    const timestamp = textMember(members, 'timestamp') ?? String(now - age * 1000)
    const secret = textMember(members, 'secret') ?? clientSecret
    const signature = await signWebhook(secret, timestamp, body)
    return {
      headers: { ...headers, 'x-webflow-timestamp': timestamp, 'x-webflow-signature': signature },
      body,
    }
  },
})

import { ControlError, numberMember, objectMember, textMember } from '../control/control-request.ts'
import type { WebhookBuilder } from '../webhooks.ts'
import type { Instance } from './instances.ts'
import type { WixModel } from './model.ts'
import { signClaims, WIX_WEBHOOK_FAULTS, type WixWebhookFault } from './webhook-signature.ts'

type Json = Readonly<Record<string, unknown>>

/** A webhook of Wix to build or to send. */
export interface WixWebhookRequest {
  readonly provider: 'wix'
  /** `AppInstalled`, `AppRemoved` or an event of the paid plans. */
  readonly event: string
  /** Default: the newest instance. */
  readonly instanceId?: string
  /** A fault of the signature. Default: none. */
  readonly fault?: WixWebhookFault
  /** Moves `iat` and `exp`, in seconds. Default: 0. */
  readonly iatOffsetSeconds?: number
  /** Moves only `exp`, in seconds. Default: 0. */
  readonly expOffsetSeconds?: number
  /** Members that replace members of the event's data. */
  readonly data?: Json
  /** Members that replace claims of the JWT, before signing. */
  readonly claims?: Json
  /** Members that replace header members of the JWT, before signing. */
  readonly header?: Json
  /** Uses the latest message again, byte for byte. */
  readonly redeliver?: boolean
}

const EVENTS: readonly string[] = [
  'AppInstalled',
  'AppRemoved',
  'PaidPlanPurchased',
  'PaidPlanChanged',
  'PaidPlanAutoRenewalCancelled',
  'PlanConvertedToPaid',
  'PlanReactivated',
  'PlanTransferred',
]

const LIFETIME_SECONDS = 300_000

const isFault = (text: string): text is WixWebhookFault => (WIX_WEBHOOK_FAULTS as readonly string[]).includes(text)

function dataOf(event: string, { app, originInstanceId }: Instance): Json {
  const { appId } = app
  return event === 'AppInstalled' ? { appId, originInstanceId } : { appId }
}

function readFault(text: string | undefined): WixWebhookFault | undefined {
  if (text === undefined || isFault(text)) return text
  const known = WIX_WEBHOOK_FAULTS.join(', ')
  throw new ControlError(400, `There is no fault "${text}". Known faults: ${known}.`)
}

/** Builds webhooks. The body is one RS256 JWT with three levels of JSON texts. */
export const createWixWebhooks = ({ config, instances, keyPairs, services }: WixModel): WebhookBuilder => ({
  members: ['instanceId', 'fault', 'iatOffsetSeconds', 'expOffsetSeconds', 'data', 'claims', 'header'],
  events: EVENTS,
  url: config.apps[0]?.webhookUrl,
  subject: {
    member: 'instanceId',
    label: 'Installation',
    // The newest one first: it is the default.
    choices: () =>
      instances
        .list()
        .toReversed()
        .map(({ instanceId, site }) => ({ value: instanceId, label: site.siteDisplayName })),
  },
  async build(event, members) {
    if (!EVENTS.includes(event)) {
      const known = EVENTS.join(', ')
      throw new ControlError(400, `There is no event "${event}". Known events: ${known}.`)
    }
    const instanceId = textMember(members, 'instanceId')
    const instance = instanceId === undefined ? instances.list().at(-1) : instances.find(instanceId)
    if (instance === undefined) {
      throw new ControlError(404, '"instanceId" is not the id of an instance.')
    }

    const { owner } = config
    const content = JSON.stringify({
      eventType: event,
      instanceId: instance.instanceId,
      data: JSON.stringify({ ...dataOf(event, instance), ...objectMember(members, 'data') }),
      identity: JSON.stringify({ identityType: 'WIX_USER', wixUserId: owner.id }),
      accountInfo: { accountId: owner.accountId, siteId: instance.site.siteId },
    })
    const now = Math.floor(services.clock.now() / 1000)
    const iat = now + (numberMember(members, 'iatOffsetSeconds') ?? 0)
    const exp = iat + LIFETIME_SECONDS + (numberMember(members, 'expOffsetSeconds') ?? 0)
    const body = await signClaims(keyPairs, instance.app, {
      claims: { data: content, iat, exp, ...objectMember(members, 'claims') },
      header: objectMember(members, 'header') ?? {},
      fault: readFault(textMember(members, 'fault')),
    })
    return { headers: { 'Content-Type': config.webhookContentType }, body }
  },
})

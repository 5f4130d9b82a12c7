import { compactVerify } from 'jose/jws/compact/verify'
import { digest } from '../../crypto/encoding.ts'
import { configurationError, isOAuthError, OAuthError } from '../../errors.ts'
import { type JsonObject, parseJsonObject, readObject } from '../../protocol/json-body.ts'
import { isCompactJws } from '../compact-jws.ts'
import type { WebhookEvent, WebhookRequest, WebhookVerifier } from '../webhook-contract.ts'
import { type PublicKey, readPublicKey } from './public-key.ts'

/** What every webhook of Wix says around its own data. */
export interface WixEvent<Data = JsonObject> {
  readonly instanceId: string
  readonly data: Data
  /** Who caused it. */
  readonly identity: JsonObject
  readonly accountInfo: JsonObject
}

/** Wix's events about the app itself, by type. */
export type WixEvents = {
  readonly AppInstalled: WixEvent<{
    readonly appId: string
    readonly originInstanceId: string | null
  }>
  readonly AppRemoved: WixEvent<{ readonly appId: string }>
} & Readonly<Record<PlanEvent, WixEvent>>

type PlanEvent =
  | 'PaidPlanPurchased'
  | 'PaidPlanChanged'
  | 'PaidPlanAutoRenewalCancelled'
  | 'PlanConvertedToPaid'
  | 'PlanReactivated'
  | 'PlanTransferred'

const EFFECTS: Readonly<Record<string, WebhookEvent['effect']>> = {
  AppInstalled: 'began',
  AppRemoved: 'ended',
}
// Wix signs them for 300 000 seconds; one without an end gets the same.
const MAX_AGE_SECONDS = 300_000
const CLOCK_SKEW_SECONDS = 60
// The largest JWT to verify, in characters.
const MAX_LENGTH = 512 * 1024

/**
 * Verifies webhooks of Wix: the whole body is one JWT, signed with RS256 by the app's own key.
 *
 * @param appId - the app that a webhook must be for, where it says so
 * @param publicKeys - from the app's dashboard; any of them may have signed
 * @see {@link https://dev.wix.com/docs/build-apps/develop-your-app/api-integrations/events-and-webhooks/about-webhooks | Wix - Webhooks}
 */
export function webhookVerifier(
  appId: string,
  publicKeys: readonly string[],
): WebhookVerifier<WixEvents> {
  let keys: readonly PublicKey[] | undefined
  return {
    endsGrants: true,
    realm: `wix-${appId}`,
    async verify(request) {
      if (publicKeys.length === 0) throw configurationError('wix publicKey', 'is missing')
      keys ??= await Promise.all(publicKeys.map(readPublicKey))
      const claims = await verifyClaims(request, keys)
      return readEvent(claims, appId)
    },
  }
}

interface Claims {
  readonly data: unknown
  readonly iat: number
}

async function verifyClaims(
  { body, nowMs }: WebhookRequest,
  keys: readonly PublicKey[],
): Promise<Claims> {
  const jwt = body.trim()
  for (const key of isCompactJws(jwt, MAX_LENGTH) ? keys : []) {
    try {
      // The algorithm and the key are ours: whatever `alg`, `jwk`, `jku` or `kid` say, they choose nothing.
      const { payload, protectedHeader } = await compactVerify(jwt, key, { algorithms: ['RS256'] })
      // RFC 7797, section 6: whoever says how the payload is encoded also says that it is critical.
      if ('b64' in protectedHeader) throw new OAuthError('webhook_unverified')
      return readClaims(parseJsonObject(new TextDecoder().decode(payload)), nowMs / 1000)
    } catch (error) {
      // A signature that fits one key and claims that do not hold are no reason to try the next.
      if (isOAuthError(error)) throw error
    }
  }
  throw new OAuthError('webhook_unverified')
}

function readClaims(json: JsonObject | undefined, now: number): Claims {
  const iat = json?.['iat']
  if (typeof iat !== 'number') throw new OAuthError('webhook_unverified')
  const exp = json?.['exp'] ?? iat + MAX_AGE_SECONDS
  const isOver = typeof exp !== 'number' || exp + CLOCK_SKEW_SECONDS < now
  const isTooOld = iat + MAX_AGE_SECONDS + CLOCK_SKEW_SECONDS < now
  if (isOver || isTooOld || iat > now + CLOCK_SKEW_SECONDS) {
    throw new OAuthError('webhook_unverified')
  }
  return { data: json?.['data'], iat }
}

/** JSON in JSON in JSON: each of the three is a text of its own. */
async function readEvent({ data, iat }: Claims, appId: string): Promise<WebhookEvent> {
  const envelope = nested(data)
  const type = envelope['eventType']
  const instanceId = envelope['instanceId']
  if (typeof type !== 'string' || typeof instanceId !== 'string') {
    throw new OAuthError('webhook_malformed')
  }
  const content = nested(envelope['data'])
  if ((content['appId'] ?? appId) !== appId) throw new OAuthError('webhook_unverified')
  return {
    type,
    id: await digest(JSON.stringify([type, instanceId, iat, data]), 43),
    occurredAt: iat,
    grantId: instanceId,
    effect: Object.hasOwn(EFFECTS, type) ? EFFECTS[type] : undefined,
    data: {
      instanceId,
      data: content,
      identity: nested(envelope['identity'] ?? '{}'),
      accountInfo: readObject(envelope['accountInfo']),
    },
  }
}

function nested(text: unknown): JsonObject {
  const json = typeof text === 'string' ? parseJsonObject(text) : undefined
  if (!json) throw new OAuthError('webhook_malformed')
  return json
}

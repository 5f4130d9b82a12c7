import { compactVerify } from 'jose/jws/compact/verify'
import { digest } from '../../crypto/encoding.ts'
import { configurationError, OAuthError } from '../../errors.ts'
import { type JsonObject, parseJsonObject, readObject } from '../../protocol/answer.ts'
import { isCompactJws } from '../compact-jws.ts'
import type { WebhookEvent, WebhookVerifier } from '../webhook-contract.ts'
import { type PublicKey, readPublicKey } from './public-key.ts'

/** The data of a webhook, with the members that every webhook of Wix has. */
export interface WixEvent<Data = JsonObject> {
  readonly instanceId: string
  readonly data: Data
  /** The identity that caused the event. */
  readonly identity: JsonObject
  readonly accountInfo: JsonObject
}

/** The events of Wix about the app itself, by type. */
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

const EFFECTS: Readonly<Record<string, WebhookEvent['effect']>> = { AppInstalled: 'began', AppRemoved: 'ended' }
const ISSUER = 'wix.com'
// Webhooks of Wix are valid for 300 000 seconds; this is also the limit for a webhook without `exp`.
const MAX_AGE_SECONDS = 300_000
const CLOCK_SKEW_SECONDS = 60
// The largest JWT to verify, in characters.
const MAX_LENGTH = 512 * 1024

/**
 * Verifies webhooks of Wix: the whole body is one JWT, signed with RS256 by the key of the app.
 *
 * @param appId - the id that a webhook must have, if it has an app id
 * @param publicKeys - from the app's dashboard; any of them may have signed
 * @see {@link https://dev.wix.com/docs/build-apps/develop-your-app/api-integrations/events-and-webhooks/about-webhooks | Wix - Webhooks}
 */
export function webhookVerifier(appId: string, publicKeys: readonly string[]): WebhookVerifier<WixEvents> {
  let keys: readonly PublicKey[] | undefined
  return {
    endsGrants: true,
    realm: `wix-${appId}`,
    async verify({ body, nowMs }) {
      if (publicKeys.length === 0) throw configurationError('wix publicKey', 'is missing')
      keys ??= await Promise.all(publicKeys.map(readPublicKey))
      const jwt = body.trim()
      const json = isCompactJws(jwt, MAX_LENGTH) ? await verifySignature(jwt, keys) : undefined
      const claims = json && readClaims(json, nowMs / 1000, appId)
      if (!claims) throw new OAuthError('webhook_unverified')
      return readEvent(claims.data, claims.iat, appId)
    },
  }
}

async function verifySignature(jwt: string, keys: readonly PublicKey[]): Promise<JsonObject | undefined> {
  for (const key of keys) {
    // The configuration fixes algorithm and key: `alg`, `jwk`, `jku` and `kid` choose nothing.
    const verifying = compactVerify(jwt, key, { algorithms: ['RS256'] })
    const verified = await verifying.catch(() => undefined)
    // RFC 7797, section 6: `b64` is always critical. jose refuses every other critical header parameter.
    if (verified && !('b64' in verified.protectedHeader)) {
      return parseJsonObject(new TextDecoder().decode(verified.payload))
    }
  }
  return undefined
}

/** Reads the claims. RFC 7519, section 4.1: `iss`, `aud` and `nbf` are optional, and each must be right where present. */
function readClaims({ data, iat, exp, iss, aud, nbf }: JsonObject, now: number, appId: string) {
  if (typeof iat !== 'number') return undefined
  if (iss !== undefined && iss !== ISSUER) return undefined
  if (aud !== undefined && ![aud].flat().includes(appId)) return undefined
  if (nbf !== undefined && !(typeof nbf === 'number' && nbf <= now + CLOCK_SKEW_SECONDS)) return undefined
  const end = exp ?? iat + MAX_AGE_SECONDS
  const isOver = typeof end !== 'number' || end + CLOCK_SKEW_SECONDS < now
  const isTooOld = iat + MAX_AGE_SECONDS + CLOCK_SKEW_SECONDS < now
  return isOver || isTooOld || iat > now + CLOCK_SKEW_SECONDS ? undefined : { data, iat }
}

/** Reads the nested JSON texts: the claims contain the envelope, and the envelope contains the data. */
async function readEvent(data: unknown, iat: number, appId: string): Promise<WebhookEvent> {
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

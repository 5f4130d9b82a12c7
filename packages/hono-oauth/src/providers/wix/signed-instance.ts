import { fromBase64, fromBase64Url } from '../../crypto/encoding.ts'
import { hmacVerifier } from '../../crypto/hmac.ts'
import { type JsonObject, parseJsonObject } from '../../protocol/json-body.ts'

/** What Wix says of an app instance, signed with the app's secret. */
export interface WixInstance {
  readonly instanceId: string
  readonly appDefId?: string | undefined
  /** When it was signed, in seconds since the epoch. */
  readonly signedAt: number
  /** The Wix user in front of it. */
  readonly uid?: string | undefined
  /** `OWNER` for somebody who may manage the site. */
  readonly permissions?: string | undefined
  readonly demoMode: boolean
  readonly siteOwnerId?: string | undefined
  readonly siteMemberId?: string | undefined
  readonly vendorProductId?: string | undefined
  /** The instance that a cloned site was made from. */
  readonly originInstanceId?: string | undefined
  readonly metaSiteId?: string | undefined
}

/** What a signed instance must be to be believed. */
export interface InstanceRequirements {
  /** How long ago it may have been signed, in seconds. */
  readonly maxAgeSeconds: number
  /** Seconds since the epoch. */
  readonly now: number
}

/** How old a signed instance may be, in seconds: nobody documents a limit, implementers use 20 minutes. */
export const INSTANCE_MAX_AGE_SECONDS = 1200

/** The largest signed instance to verify, in characters. */
export const INSTANCE_MAX_LENGTH = 8192

const FUTURE_SECONDS = 60

/**
 * Verifies `instance` and `signedInstance`: `<signature>.<data>`, where the signature is the
 * HMAC-SHA256 of the encoded data, both in base64url without padding. It looks like half a JWT and is
 * none.
 *
 * @returns the instance, or `undefined` when it is forged, foreign, too old, or of an anonymous visitor
 * @see {@link https://dev.wix.com/docs/build-apps/develop-your-app/access/about-app-instances | Wix - App instances}
 */
export function instanceVerifier(
  appId: string,
  appSecret: string,
): (text: string, requirements: InstanceRequirements) => Promise<WixInstance | undefined> {
  const verifyHmac = hmacVerifier([appSecret])
  return async function verifyInstance(text, { maxAgeSeconds, now }) {
    if (text.length > INSTANCE_MAX_LENGTH) return undefined
    const [signature = '', data = '', ...rest] = text.split('.', 3)
    const bytes = fromBase64Url(signature)
    if (!bytes || rest.length > 0 || !(await verifyHmac(bytes, data))) return undefined
    const payload = parseJsonObject(new TextDecoder().decode(fromBase64(data)))
    const instance = payload && readInstance(payload)
    if (!instance || (instance.appDefId ?? appId) !== appId) return undefined
    const age = now - instance.signedAt
    return age <= maxAgeSeconds && age >= -FUTURE_SECONDS ? instance : undefined
  }
}

function readInstance(payload: JsonObject): WixInstance | undefined {
  const text = (name: string) => {
    const value = payload[name]
    return typeof value === 'string' && value !== '' ? value : undefined
  }
  const instanceId = text('instanceId')
  const signedAt = Date.parse(text('signDate') ?? '') / 1000
  // `aid` is the id of an anonymous visitor: nobody who may manage anything.
  if (!instanceId || Number.isNaN(signedAt) || payload['aid'] != null) return undefined
  return {
    instanceId,
    signedAt,
    appDefId: text('appDefId'),
    uid: text('uid'),
    permissions: text('permissions'),
    demoMode: payload['demoMode'] === true,
    siteOwnerId: text('siteOwnerId'),
    siteMemberId: text('siteMemberId'),
    vendorProductId: text('vendorProductId'),
    originInstanceId: text('originInstanceId'),
    metaSiteId: text('metaSiteId'),
  }
}

import { fromBase64, fromBase64Url } from '../../crypto/encoding.ts'
import { hmacVerifier } from '../../crypto/hmac.ts'
import { type JsonObject, parseJsonObject, readText } from '../../protocol/answer.ts'

/** An app instance as Wix describes it, signed with the app's secret. */
export interface WixInstance {
  readonly instanceId: string
  readonly appDefId?: string | undefined
  /** The time of the signature, in seconds since the epoch. */
  readonly signedAt: number
  /** The Wix user who opened the page. */
  readonly uid?: string | undefined
  /** `OWNER` for a user who may manage the site. */
  readonly permissions?: string | undefined
  readonly demoMode: boolean
  readonly siteOwnerId?: string | undefined
  readonly vendorProductId?: string | undefined
  /** The app instance of the site from which this site was cloned. */
  readonly originInstanceId?: string | undefined
  readonly metaSiteId?: string | undefined
}

/** The default for the highest age of a signed instance, in seconds. Wix documents none; 20 minutes are usual. */
export const INSTANCE_MAX_AGE_SECONDS = 1200

/** The largest signed instance to verify, in characters. */
export const INSTANCE_MAX_LENGTH = 8192

const FUTURE_SECONDS = 60

/**
 * Makes a verifier of the parameters `instance` and `signedInstance`: `<signature>.<data>`, where the signature is
 * the HMAC-SHA256 of the encoded data, both in base64url without padding. The text is no JWT.
 *
 * @returns a function that returns the instance, or `undefined` when the text is forged, older than `maxAgeSeconds`
 *   at `now` (in seconds since the epoch), for another app, or for a visitor or a member of the site
 * @see {@link https://dev.wix.com/docs/build-apps/develop-your-app/access/about-app-instances | Wix - App instances}
 */
export function instanceVerifier(appId: string, appSecret: string) {
  const verifyHmac = hmacVerifier([appSecret])
  return async function verifyInstance(
    text: string,
    { maxAgeSeconds, now }: { readonly maxAgeSeconds: number; readonly now: number },
  ): Promise<WixInstance | undefined> {
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
  const text = (name: string) => readText(payload[name])
  const instanceId = text('instanceId')
  const signedAt = Date.parse(text('signDate') ?? '') / 1000
  // `aid` is the id of an anonymous visitor, and `siteMemberId` that of a member: neither must manage the site.
  const isVisitor = payload['aid'] != null || (payload['siteMemberId'] ?? '') !== ''
  if (!instanceId || Number.isNaN(signedAt) || isVisitor) return undefined
  return {
    instanceId,
    signedAt,
    appDefId: text('appDefId'),
    uid: text('uid'),
    permissions: text('permissions'),
    demoMode: payload['demoMode'] === true,
    siteOwnerId: text('siteOwnerId'),
    vendorProductId: text('vendorProductId'),
    originInstanceId: text('originInstanceId'),
    metaSiteId: text('metaSiteId'),
  }
}

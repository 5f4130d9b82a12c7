import { hasCode } from '../../errors.ts'
import { readJsonObject, readText, unavailable } from '../../protocol/answer.ts'
import type { BackChannel } from '../../protocol/back-channel.ts'
import { postJson } from '../../protocol/client.ts'
import { Secret } from '../../secret.ts'
import type { CallbackRequest } from '../contract.ts'
import { INSTANCE_MAX_AGE_SECONDS, INSTANCE_MAX_LENGTH, instanceVerifier } from './signed-instance.ts'
import { mintToken } from './token-request.ts'
import { getAppInstance, WIX_API, type WixApp } from './wix-api.ts'

/** How to verify a signed instance: with the app's secret (`hmac`), or by the token-info endpoint of Wix. */
export type InstanceProof = 'hmac' | 'token-info'

/** The settings for signed instances. */
export interface InstanceProofOptions {
  /** How to verify a signed instance; `hmac` by default. */
  readonly instanceProof?: InstanceProof | undefined
  /** The highest age of a signed instance, in seconds; 1200 by default. */
  readonly instanceMaxAgeSeconds?: number | undefined
}

const CLOCK_SKEW_SECONDS = 60

/**
 * Makes the verifier of an app. An instance id is a credential, so it is trusted only after a proof.
 *
 * @returns a function that returns the instance id of a signed instance, or `undefined` for one that is not valid; a
 *   signed instance that is older than the login is refused, because an attacker may have collected it with an
 *   install link of their own
 */
export function instanceProver(app: WixApp, options: InstanceProofOptions) {
  const { instanceProof = 'hmac', instanceMaxAgeSeconds: maxAgeSeconds = INSTANCE_MAX_AGE_SECONDS } = options
  const verify = instanceVerifier(app.appId, app.appSecret.reveal())
  return async function proveInstance(
    text: string,
    { now, startedAt = 0 }: Pick<CallbackRequest, 'now' | 'startedAt'>,
    backChannel: BackChannel,
  ): Promise<string | undefined> {
    const notBefore = startedAt - CLOCK_SKEW_SECONDS
    if (instanceProof === 'hmac') {
      const instance = await verify(text, { maxAgeSeconds, now })
      return instance && instance.signedAt >= notBefore ? instance.instanceId : undefined
    }
    if (text.length > INSTANCE_MAX_LENGTH) return undefined
    const info = await getTokenInfo(new Secret(text), backChannel)
    if (info?.clientId !== app.appId) return undefined
    return info.issuedAt >= Math.max(now - maxAgeSeconds, notBefore) ? info.instanceId : undefined
  }
}

/**
 * Asks Wix about a token, without client authentication; the answer is camelCase, unlike RFC 7662.
 *
 * @returns `undefined` for a token that is not active, has no app instance, or must not manage one
 * @throws OAuthError `provider_unavailable` or `provider_timeout`
 * @see {@link https://dev.wix.com/docs/rest/app-management/oauth-2/token-info | Wix - Token Info}
 */
async function getTokenInfo(token: Secret, backChannel: BackChannel) {
  const url = new URL('/oauth2/token-info', WIX_API)
  const response = await postJson(url, { token: token.reveal() }, backChannel)
  if (response.status !== 200) throw unavailable('token-info', response)
  const { active, instanceId: id, clientId, subjectType, iat } = (await readJsonObject(response)) ?? {}
  const instanceId = readText(id)
  // Visitors and members of the site have tokens too, and must not manage the site.
  const mayManage = subjectType === 'APP' || subjectType === 'USER'
  if (active !== true || !instanceId || !mayManage) return undefined
  // In seconds since the epoch; NaN when Wix does not say.
  const issuedAt = typeof iat === 'number' ? iat : Number.NaN
  return { instanceId, clientId: readText(clientId), issuedAt }
}

/**
 * Connects a proven instance with client credentials.
 *
 * @returns `undefined` when the app is not installed on the site, or Wix names another instance
 */
export async function connectInstance(app: WixApp, instanceId: string, backChannel: BackChannel) {
  try {
    const tokens = await mintToken(app, instanceId, backChannel)
    const grant = await getAppInstance(tokens.accessToken, backChannel)
    return grant.id === instanceId ? { tokens, grant } : undefined
  } catch (error) {
    // There is no connection yet, so this error means that the app is not installed on the site.
    if (hasCode(error, 'needs_reauth')) return undefined
    throw error
  }
}

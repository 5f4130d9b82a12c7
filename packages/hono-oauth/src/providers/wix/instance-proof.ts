import { isOAuthError } from '../../errors.ts'
import type { BackChannel } from '../../protocol/back-channel.ts'
import { Secret } from '../../secret.ts'
import type { Authorization } from '../contract.ts'
import { getAppInstance, type WixAccount } from './app-instance.ts'
import {
  INSTANCE_MAX_AGE_SECONDS,
  INSTANCE_MAX_LENGTH,
  instanceVerifier,
} from './signed-instance.ts'
import { getTokenInfo } from './token-info.ts'
import { mintToken } from './token-request.ts'
import type { WixApp } from './wix-app.ts'

/** Who judges a signed instance: our own HMAC of it, or Wix's token-info endpoint. */
export type InstanceProof = 'hmac' | 'token-info'

/** How a signed instance is judged. */
export interface InstanceProofOptions {
  readonly instanceProof?: InstanceProof | undefined
  /** How old the proof of an installation may be, in seconds; 1200 by default. */
  readonly instanceMaxAgeSeconds?: number | undefined
}

const CLOCK_SKEW_SECONDS = 60

/** When a proof is judged, and since when it can have been made; in seconds since the epoch. */
export interface ProofTimes {
  readonly now: number
  readonly notBefore?: number | undefined
}

/** Tells the instance id of a signed instance, or `undefined` when it proves nothing. */
export type ProveInstance = (
  text: string,
  times: ProofTimes,
  backChannel: BackChannel,
) => Promise<string | undefined>

/** The instance id is a credential: it is believed from nothing but a proof. */
export function instanceProver(app: WixApp, options: InstanceProofOptions): ProveInstance {
  const {
    instanceProof = 'hmac',
    instanceMaxAgeSeconds: maxAgeSeconds = INSTANCE_MAX_AGE_SECONDS,
  } = options
  const verify = instanceVerifier(app.appId, app.appSecret.reveal())
  return async function proveInstance(text, { now, notBefore = 0 }, backChannel) {
    if (instanceProof === 'hmac') {
      const instance = await verify(text, { maxAgeSeconds, now })
      // A member of the site has a signed instance too, and may not speak for it.
      if (!instance || instance.siteMemberId) return undefined
      return instance.signedAt >= notBefore - CLOCK_SKEW_SECONDS ? instance.instanceId : undefined
    }
    if (text.length > INSTANCE_MAX_LENGTH) return undefined
    const info = await getTokenInfo(new Secret(text), backChannel)
    if (info?.clientId !== app.appId) return undefined
    const oldest = Math.max(now - maxAgeSeconds, notBefore - CLOCK_SKEW_SECONDS)
    return info.issuedAt >= oldest ? info.instanceId : undefined
  }
}

/**
 * Connects an instance that was proven, with client credentials.
 *
 * @returns `undefined` when Wix says that the app is not on that site, or names another instance
 */
export async function connectInstance(
  app: WixApp,
  instanceId: string,
  backChannel: BackChannel,
): Promise<Authorization<WixAccount> | undefined> {
  try {
    const tokens = await mintToken(app, instanceId, backChannel)
    const grant = await getAppInstance(tokens.accessToken, backChannel)
    return grant.id === instanceId ? { tokens, grant } : undefined
  } catch (error) {
    // Nothing was connected before that could need a new login: the app is simply not on that site.
    if (isOAuthError(error) && error.code === 'needs_reauth') return undefined
    throw error
  }
}

import type { JSONWebKeySet, JWTVerifyGetKey, JWTVerifyOptions } from 'jose'
import {
  JOSEError,
  JWKSMultipleMatchingKeys,
  JWKSNoMatchingKey,
  JWTClaimValidationFailed,
} from 'jose/errors'
import { createLocalJWKSet } from 'jose/jwks/local'
import { jwtVerify } from 'jose/jwt/verify'
import type { JsonObject } from '../../protocol/json-body.ts'
import type { OidcSettings } from './settings.ts'

/** What a JWT says, or why it does not count, and whether another key could change that. */
export type Verified =
  | { readonly claims: JsonObject; readonly fault?: undefined; readonly wantsOtherKey: false }
  | { readonly fault: string; readonly wantsOtherKey: boolean }

const OTHER_KEY = new Set(['ERR_JWKS_NO_MATCHING_KEY', 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED'])

/**
 * Verifies who signed a JWT, for whom, and until when.
 *
 * @param now - in seconds since the epoch
 */
export async function verifyJwt(
  jwt: string,
  keys: JSONWebKeySet,
  { issuer, clientId, idTokenAlg, toleranceSeconds }: OidcSettings,
  now: number,
): Promise<Verified> {
  const options = {
    algorithms: [idTokenAlg],
    issuer,
    audience: clientId,
    requiredClaims: ['exp', 'iat', 'sub'],
    clockTolerance: toleranceSeconds,
    currentDate: new Date(now * 1000),
  }
  try {
    const { payload, protectedHeader } = await verifyWithAny(jwt, keys, options)
    // RFC 7797, section 6: whoever says how the payload is encoded also says that it is critical. What else
    // is critical is refused already.
    if ('b64' in protectedHeader) {
      return { fault: 'has a header that asks for more', wantsOtherKey: false }
    }
    return { claims: payload, wantsOtherKey: false }
  } catch (error) {
    // The library's own words may repeat the token's.
    if (error instanceof JWTClaimValidationFailed) {
      return { fault: `has a bad ${error.claim}`, wantsOtherKey: false }
    }
    if (!(error instanceof JOSEError)) return { fault: 'has a key of no use', wantsOtherKey: true }
    return { fault: `is refused: ${error.code}`, wantsOtherKey: OTHER_KEY.has(error.code) }
  }
}

/** Tries every key that fits what the header says: without a `kid` there may be several. */
async function verifyWithAny(jwt: string, keys: JSONWebKeySet, options: JWTVerifyOptions) {
  // Made anew each time: it keeps promises, and those of another request may never settle.
  const getKey: JWTVerifyGetKey = createLocalJWKSet(keys)
  try {
    return await jwtVerify(jwt, getKey, options)
  } catch (error) {
    if (!(error instanceof JWKSMultipleMatchingKeys)) throw error
    return verifyWithEach(jwt, error, options)
  }
}

async function verifyWithEach(
  jwt: string,
  candidates: JWKSMultipleMatchingKeys,
  options: JWTVerifyOptions,
) {
  let failure: unknown = new JWKSNoMatchingKey()
  for await (const key of candidates) {
    try {
      return await jwtVerify(jwt, key, options)
    } catch (error) {
      if (!isOfThisKey(error)) throw error
      failure = error
    }
  }
  throw failure
}

/** Whether a failure says nothing of the token with another key. */
function isOfThisKey(error: unknown): boolean {
  return !(error instanceof JOSEError) || OTHER_KEY.has(error.code)
}

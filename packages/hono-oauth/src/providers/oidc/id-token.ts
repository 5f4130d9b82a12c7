import type { JSONWebKeySet, JWTVerifyGetKey, JWTVerifyOptions } from 'jose'
import { JOSEError, JWKSMultipleMatchingKeys, JWKSNoMatchingKey, JWTClaimValidationFailed } from 'jose/errors'
import { createLocalJWKSet } from 'jose/jwks/local'
import { jwtVerify } from 'jose/jwt/verify'
import type { JsonObject } from '../../protocol/answer.ts'
import type { Secret } from '../../secret.ts'
import { isCompactJws } from '../compact-jws.ts'
import type { IssuerKeys } from './issuer.ts'
import { issuerFor, type OidcSettings } from './settings.ts'

/** What the claims of one ID token must be, in addition to the rules for every ID token. */
export interface Expected {
  readonly nonce?: string | undefined
  readonly subject?: string | undefined
  /** The earliest time of issue, in seconds since the epoch. */
  readonly issuedSince?: number | undefined
}

/** The claims of an ID token; {@link validateIdToken} has checked their `sub`. */
export type IdTokenClaims = JsonObject & { readonly sub: string }

/** The claims of a valid ID token, or the fault of an invalid one; a fault repeats nothing of the token. */
export type Verdict =
  | { readonly claims: IdTokenClaims; readonly fault?: undefined; readonly needsOtherKey?: undefined }
  | { readonly claims?: undefined; readonly fault: string; readonly needsOtherKey?: boolean }

// OpenID Connect Core, section 2.
const MAX_SUBJECT_LENGTH = 255
// The largest ID token to verify, in characters.
const MAX_LENGTH = 64 * 1024
// An issuer that names no key in its tokens has a few keys, old and new.
const MAX_TRIED_KEYS = 10
const OTHER_KEY = new Set(['ERR_JWKS_NO_MATCHING_KEY', 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED'])

/**
 * Validates the signature and the claims of an ID token. The header of the token chooses one of the issuer's keys,
 * and nothing else.
 *
 * @param now - in seconds since the epoch
 * @throws OAuthError when the token needs newer keys, and the issuer's keys could not be read
 * @see {@link https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation | OpenID Connect Core - section 3.1.3.7}
 */
export async function validateIdToken(
  idToken: Secret,
  keys: IssuerKeys,
  settings: OidcSettings,
  expected: Expected,
  now: number,
): Promise<Verdict> {
  const text = idToken.reveal()
  if (!isCompactJws(text, MAX_LENGTH)) return { fault: 'is no JWT' }
  let verdict = await verify(text, keys.known, settings, now)
  const newer = verdict.needsOtherKey && (await keys.newer())
  if (newer) verdict = await verify(text, newer, settings, now)
  const bad = verdict.claims && invalidClaim(verdict.claims, settings, expected, now)
  return bad ? { fault: `has a bad ${bad}` } : verdict
}

/** The name of the first invalid claim; {@link verify} has checked `aud` and `exp`. */
function invalidClaim(
  claims: JsonObject,
  { issuer, clientId, toleranceSeconds }: OidcSettings,
  expected: Expected,
  now: number,
): string | undefined {
  const { sub, aud, azp, iat, nonce } = claims
  if (claims['iss'] !== issuerFor(issuer, claims)) return 'iss'
  const isSubject = typeof sub === 'string' && sub !== '' && sub.length <= MAX_SUBJECT_LENGTH
  if (!isSubject || (expected.subject !== undefined && sub !== expected.subject)) return 'sub'
  // A token for further audiences must name this client as its authorized party.
  const isOursAlone = [aud].flat().every((audience) => audience === clientId)
  if (azp === undefined ? !isOursAlone : azp !== clientId) return 'azp'
  const { issuedSince = Number.NEGATIVE_INFINITY } = expected
  const issuedAt = Number(iat)
  if (issuedAt > now + toleranceSeconds || issuedAt < issuedSince - toleranceSeconds) return 'iat'
  return expected.nonce !== undefined && nonce !== expected.nonce ? 'nonce' : undefined
}

/** Verifies signature, audience and expiry of a JWT, and says whether another key could verify it. */
async function verify(
  jwt: string,
  keys: JSONWebKeySet,
  { clientId, idTokenAlg, toleranceSeconds }: OidcSettings,
  now: number,
): Promise<Verdict> {
  const options = {
    algorithms: [idTokenAlg],
    audience: clientId,
    requiredClaims: ['exp', 'iat', 'sub'],
    clockTolerance: toleranceSeconds,
    currentDate: new Date(now * 1000),
  }
  try {
    const { payload, protectedHeader } = await verifyWithAny(jwt, keys, options)
    // RFC 7797, section 6: `b64` is always critical. jose refuses every other critical header parameter.
    return 'b64' in protectedHeader ? { fault: 'has the header parameter b64' } : { claims: payload as IdTokenClaims }
  } catch (error) {
    // The messages of jose may repeat parts of the token.
    if (error instanceof JWTClaimValidationFailed) return { fault: `has a bad ${error.claim}` }
    if (!(error instanceof JOSEError)) return { fault: 'has an unusable key', needsOtherKey: true }
    return { fault: `is refused: ${error.code}`, needsOtherKey: OTHER_KEY.has(error.code) }
  }
}

/** Tries every key that the header allows: without a `kid` there may be several. */
async function verifyWithAny(jwt: string, keys: JSONWebKeySet, options: JWTVerifyOptions) {
  // Not cached, because it holds promises: in workerd a promise of a cancelled request never settles.
  const getKey: JWTVerifyGetKey = createLocalJWKSet(keys)
  try {
    return await jwtVerify(jwt, getKey, options)
  } catch (error) {
    if (!(error instanceof JWKSMultipleMatchingKeys)) throw error
    let failure: unknown = new JWKSNoMatchingKey()
    let tried = 0
    for await (const key of error) {
      // A hostile issuer may publish many keys that all fit.
      if (++tried > MAX_TRIED_KEYS) break
      try {
        return await jwtVerify(jwt, key, options)
      } catch (error) {
        // Another key can help only if this key did not verify the signature.
        if (error instanceof JOSEError && !OTHER_KEY.has(error.code)) throw error
        failure = error
      }
    }
    throw failure
  }
}

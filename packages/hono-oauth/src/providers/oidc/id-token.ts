import type { JSONWebKeySet } from 'jose'
import type { JsonObject } from '../../protocol/json-body.ts'
import type { Secret } from '../../secret.ts'
import { isCompactJws } from '../compact-jws.ts'
import type { OidcSettings } from './settings.ts'
import { verifyJwt } from './signature.ts'

/** The issuer's keys. */
export interface IssuerKeys {
  /** Those that were known before the token was asked for. */
  readonly known: JSONWebKeySet
  /** Those that there are by now, should none of the known ones fit; `undefined` when they are the same. */
  newer(): Promise<JSONWebKeySet | undefined>
}

/** What one ID token must say, beside what every one must. */
export interface Expected {
  readonly nonce?: string | undefined
  readonly subject?: string | undefined
  /** It must be from then or later, in seconds since the epoch. */
  readonly issuedSince?: number | undefined
}

/** The claims of an ID token that holds, or what is wrong with one: in our words, none of its own. */
export type Verdict =
  | { readonly claims: IdTokenClaims; readonly fault?: undefined }
  | { readonly claims?: undefined; readonly fault: string }

export type IdTokenClaims = JsonObject & { readonly sub: string }

// OpenID Connect Core, section 2.
const MAX_SUBJECT_LENGTH = 255
// The largest ID token to verify, in characters.
const MAX_LENGTH = 64 * 1024

/**
 * Judges an ID token by its signature and its claims. The algorithm, the issuer and the keys are ours:
 * what its header says chooses one of the issuer's keys, and nothing else.
 *
 * @param now - in seconds since the epoch
 * @throws OAuthError when newer keys were needed and the issuer did not tell any
 * @see {@link https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation | OpenID Connect Core - section 3.1.3.7}
 */
export async function judgeIdToken(
  idToken: Secret,
  keys: IssuerKeys,
  settings: OidcSettings,
  expected: Expected,
  now: number,
): Promise<Verdict> {
  const text = idToken.reveal()
  if (!isCompactJws(text, MAX_LENGTH)) return { fault: 'is no JWT' }
  let verified = await verifyJwt(text, keys.known, settings, now)
  if (verified.wantsOtherKey) {
    const newer = await keys.newer()
    if (newer) verified = await verifyJwt(text, newer, settings, now)
  }
  if (verified.fault !== undefined) return { fault: verified.fault }
  const { claims } = verified
  const bad = badClaim(claims, settings, expected, now)
  return bad ? { fault: `has a bad ${bad}` } : { claims: claims as IdTokenClaims }
}

/** The first claim that is not as it must be; `iss`, `aud` and `exp` were judged with the signature. */
function badClaim(
  { sub, aud, azp, iat, nonce }: JsonObject,
  { clientId, toleranceSeconds }: OidcSettings,
  expected: Expected,
  now: number,
): string | undefined {
  const isSubject = typeof sub === 'string' && sub !== '' && sub.length <= MAX_SUBJECT_LENGTH
  if (!isSubject || (expected.subject !== undefined && sub !== expected.subject)) return 'sub'
  // Of whom else it is for we know nothing, so it has to say that it was made for us.
  const isOursAlone = [aud].flat().every((audience) => audience === clientId)
  if (azp === undefined ? !isOursAlone : azp !== clientId) return 'azp'
  const { issuedSince = Number.NEGATIVE_INFINITY } = expected
  const issuedAt = Number(iat)
  if (issuedAt > now + toleranceSeconds || issuedAt < issuedSince - toleranceSeconds) return 'iat'
  return expected.nonce !== undefined && nonce !== expected.nonce ? 'nonce' : undefined
}

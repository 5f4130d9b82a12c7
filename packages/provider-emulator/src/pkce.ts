import { sha256, toBase64url } from './encoding.ts'

const S256_CHALLENGE = /^[A-Za-z0-9_-]{43}$/
const VERIFIER = /^[A-Za-z0-9._~-]{43,128}$/

/** What is wrong with the PKCE parameters of an authorization request. Only S256 is accepted. */
export function challengeProblem(
  challenge: string | undefined,
  method: string | undefined,
  need: 'required' | 'optional',
): string | undefined {
  if (challenge === undefined) {
    const isAbsent = need === 'optional' && method === undefined
    return isAbsent ? undefined : 'The parameter code_challenge is required'
  }
  // A missing method means `plain` (RFC 7636, 4.3).
  if (method !== 'S256') return 'The code_challenge_method must be S256'
  if (S256_CHALLENGE.test(challenge)) return undefined
  return 'The code_challenge is not the base64url of a SHA-256 digest'
}

/** Whether a text has the length and the characters of a code verifier (RFC 7636, 4.1). */
export const isVerifier = (text: string): boolean => VERIFIER.test(text)

/** The S256 challenge of a verifier (RFC 7636, 4.2). */
export const challengeOf = async (verifier: string): Promise<string> => toBase64url(await sha256(verifier))

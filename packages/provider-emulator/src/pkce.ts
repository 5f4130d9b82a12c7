import { sha256, toBase64url } from './encoding.ts'

const S256_CHALLENGE = /^[A-Za-z0-9_-]{43}$/
const VERIFIER = /^[A-Za-z0-9._~-]{43,128}$/

/** Whether a text can be the base64url of a SHA-256 digest. */
export const isS256Challenge = (text: string): boolean => S256_CHALLENGE.test(text)

/** Whether a text has the length and the characters of a code verifier (RFC 7636, 4.1). */
export const isVerifier = (text: string): boolean => VERIFIER.test(text)

/** The S256 challenge of a verifier (RFC 7636, 4.2). */
export const challengeOf = async (verifier: string): Promise<string> => toBase64url(await sha256(verifier))

import { calculateJwkThumbprint, decodeJwt, decodeProtectedHeader, type JWK } from 'jose'
import { vi } from 'vitest'
import { noteSecret } from '../rig/notes.ts'
import type { Sent } from '../rig/wire.ts'

/** Notes every private key that is made from now on for the scan for leaks, and lists its private part. */
export function watchKeys(): string[] {
  const made: string[] = []
  type Key = Parameters<typeof crypto.subtle.exportKey>[1]
  const exportKey = crypto.subtle.exportKey.bind(crypto.subtle) as (format: 'jwk', key: Key) => Promise<JWK>
  vi.spyOn(crypto.subtle, 'exportKey').mockImplementation((async (format: 'jwk', key: Key) => {
    const jwk = await exportKey(format, key)
    if (!jwk.d) return jwk
    noteSecret('a private key', jwk.d)
    made.push(jwk.d)
    return jwk
  }) as typeof crypto.subtle.exportKey)
  return made
}

/** The proof of a request, as its server reads it; `undefined` without one. */
export async function proofOf({ url, headers }: Sent) {
  const proof = headers.get('dpop')
  if (proof === null) return { path: url.pathname, header: undefined, claims: undefined, key: undefined }
  const { jwk, ...header } = decodeProtectedHeader(proof) as { jwk: JWK; typ: string; alg: string }
  return { path: url.pathname, header, jwk, claims: decodeJwt(proof), key: await calculateJwkThumbprint(jwk) }
}

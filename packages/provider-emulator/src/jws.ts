import { hmacSha256, toBase64url } from './encoding.ts'

type Json = Readonly<Record<string, unknown>>

/** What a JWS signs: header and payload, encoded. */
export const signingInput = (header: Json, payload: Json): string =>
  [header, payload].map((part) => toBase64url(JSON.stringify(part))).join('.')

export async function hs256(secret: string, header: Json, payload: Json): Promise<string> {
  const input = signingInput(header, payload)
  return `${input}.${toBase64url(await hmacSha256(secret, input))}`
}

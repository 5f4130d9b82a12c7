import { sha256, toBase64url } from '../encoding.ts'
import { signingInput } from '../jws.ts'
import { generateRsaPair, publicJwkOf, signRs256 } from '../rsa.ts'

type Json = Readonly<Record<string, unknown>>

export interface SigningKey {
  readonly kid: string
  readonly publicJwk: Json
  /** Signs the claims as a JWT. */
  sign(header: Json, claims: Json): Promise<string>
}

/** RSA keys for ID tokens, made when they are first asked for. */
export interface SigningKeys {
  current(): Promise<SigningKey>
  /** A key that is not in the key set. */
  foreign(): Promise<SigningKey>
  /** Takes a new key; the old one leaves the key set. */
  rotate(): void
}

async function generate(): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateRsaPair()
  const jwk = await publicJwkOf(publicKey)
  const kid = toBase64url(await sha256(jwk.n)).slice(0, 16)
  return {
    kid,
    publicJwk: { ...jwk, kid, use: 'sig', alg: 'RS256' },
    async sign(header, claims) {
      const input = signingInput({ alg: 'RS256', typ: 'JWT', kid, ...header }, claims)
      return `${input}.${toBase64url(await signRs256(privateKey, input))}`
    },
  }
}

export function createSigningKeys(): SigningKeys {
  let current: Promise<SigningKey> | undefined
  let foreign: Promise<SigningKey> | undefined
  return {
    current() {
      current ??= generate()
      return current
    },
    foreign() {
      foreign ??= generate()
      return foreign
    },
    rotate() {
      current = generate()
    },
  }
}

import { sha256, toBase64url } from './encoding.ts'
import {
  generateEcPair,
  generateRsaPair,
  publicEcJwkOf,
  publicRsaJwkOf,
  signEs256,
  signingInput,
  signPs256,
  signRs256,
} from './jws.ts'

type Json = Readonly<Record<string, unknown>>

export interface SigningKey {
  readonly kid: string
  readonly publicJwk: Json
  /** Signs the claims as a JWT. */
  sign(header: Json, claims: Json): Promise<string>
}

export interface RsaSigningKey extends SigningKey {
  /** Signs with PS256, although the key set says RS256. */
  signPs256(header: Json, claims: Json): Promise<string>
}

/** The keys for ID tokens. Each key is generated at its first use. */
export interface SigningKeys {
  current(): Promise<RsaSigningKey>
  /** An RSA key that is not in the key set. */
  foreign(): Promise<RsaSigningKey>
  /** A P-256 key that is not in the key set. */
  foreignEc(): Promise<SigningKey>
  /** Replaces the key in the key set with a new one. */
  rotate(): void
}

const kidOf = async (text: string) => toBase64url(await sha256(text)).slice(0, 16)

async function generate(): Promise<RsaSigningKey> {
  const { privateKey, publicKey } = await generateRsaPair()
  const jwk = await publicRsaJwkOf(publicKey)
  const kid = await kidOf(jwk.n)
  const signer = (alg: string, sign: typeof signRs256) => async (header: Json, claims: Json) => {
    const input = signingInput({ alg, typ: 'JWT', kid, ...header }, claims)
    return `${input}.${toBase64url(await sign(privateKey, input))}`
  }
  return {
    kid,
    publicJwk: { ...jwk, kid, use: 'sig', alg: 'RS256' },
    sign: signer('RS256', signRs256),
    signPs256: signer('PS256', signPs256),
  }
}

async function generateEc(): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateEcPair()
  const jwk = await publicEcJwkOf(publicKey)
  const kid = await kidOf(jwk.x)
  return {
    kid,
    publicJwk: { ...jwk, kid, use: 'sig', alg: 'ES256' },
    async sign(header, claims) {
      const input = signingInput({ alg: 'ES256', typ: 'JWT', kid, ...header }, claims)
      return `${input}.${toBase64url(await signEs256(privateKey, input))}`
    },
  }
}

export function createSigningKeys(): SigningKeys {
  let current: Promise<RsaSigningKey> | undefined
  let foreign: Promise<RsaSigningKey> | undefined
  let foreignEc: Promise<SigningKey> | undefined
  return {
    current() {
      current ??= generate()
      return current
    },
    foreign() {
      foreign ??= generate()
      return foreign
    },
    foreignEc() {
      foreignEc ??= generateEc()
      return foreignEc
    },
    rotate() {
      current = generate()
    },
  }
}

import { toBase64url } from '../encoding.ts'
import { hs256, signingInput } from '../jws.ts'
import type { WixApp } from './config.ts'
import type { KeyPair, KeyPairs } from './key-pairs.ts'

type Json = Readonly<Record<string, unknown>>

/** What can be wrong with a webhook's signature. */
export const WIX_WEBHOOK_FAULTS = [
  /** `alg` is `none`, and there is no signature. */
  'alg-none',
  /** HS256, with the public key's PEM as the secret. */
  'hs256-public-key',
  /** The same, without its first and last line and without line breaks. */
  'hs256-public-key-trimmed',
  /** The same, with `\n` written out for every line break. */
  'hs256-public-key-escaped',
  /** Signed with a key that is not the app's. */
  'foreign-key',
  /** The payload names another instance than the one that was signed. */
  'edited-payload',
  /** There is no `exp`. */
  'without-exp',
] as const

export type WixWebhookFault = (typeof WIX_WEBHOOK_FAULTS)[number]

export interface Unsigned {
  readonly claims: Json
  readonly header: Json
  readonly fault: WixWebhookFault | undefined
}

async function rs256({ kid, sign }: KeyPair, header: Json, claims: Json): Promise<string> {
  const input = signingInput({ alg: 'RS256', kid, ...header }, claims)
  return `${input}.${toBase64url(await sign(input))}`
}

/** The claims with another instance id in their innermost text. */
function edited(claims: Json): Json {
  const data = String(claims['data']).replace(
    /"instanceId":"[^"]*"/,
    `"instanceId":"${crypto.randomUUID()}"`,
  )
  return { ...claims, data }
}

type Sign = (own: KeyPair, unsigned: Unsigned, keyPairs: KeyPairs) => Promise<string>

const trimmed = (pem: string): string => pem.replace(/-----[^-]+-----/g, '').replace(/\s/g, '')

const withPem =
  (formOf: (pem: string) => string): Sign =>
  ({ kid, publicKeyPem }, { claims, header }) =>
    hs256(formOf(publicKeyPem), { alg: 'HS256', kid, ...header }, claims)

const FAULTY: Readonly<Record<WixWebhookFault, Sign>> = {
  'alg-none': async (_own, { claims, header }) =>
    `${signingInput({ alg: 'none', ...header }, claims)}.`,
  'hs256-public-key': withPem((pem) => pem),
  'hs256-public-key-trimmed': withPem(trimmed),
  'hs256-public-key-escaped': withPem((pem) => pem.replaceAll('\n', '\\n')),
  'foreign-key': async ({ kid }, { claims, header }, keyPairs) =>
    rs256({ ...(await keyPairs.foreign()), kid }, header, claims),
  'edited-payload': async (own, { claims, header }) => {
    const [head, , signature] = (await rs256(own, header, claims)).split('.')
    return [head, toBase64url(JSON.stringify(edited(claims))), signature].join('.')
  },
  'without-exp': (own, { claims: { exp: _left, ...claims }, header }) => rs256(own, header, claims),
}

/** The JWT that is a webhook's body. */
export async function signClaims(
  keyPairs: KeyPairs,
  app: WixApp,
  unsigned: Unsigned,
): Promise<string> {
  const { claims, header, fault } = unsigned
  const own = await keyPairs.of(app)
  return fault === undefined ? rs256(own, header, claims) : FAULTY[fault](own, unsigned, keyPairs)
}

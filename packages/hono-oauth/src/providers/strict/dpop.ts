import { BoundedMap } from '../../bounded-map.ts'
import { digest, randomText, toBase64Url, utf8 } from '../../crypto/encoding.ts'
import { OAuthError } from '../../errors.ts'
import { readJsonObject } from '../../protocol/answer.ts'
import { asksForNonce, challengesOf } from '../../protocol/bearer-error.ts'
import type { ProofOfPossession, ProofOptions, RequestTarget } from '../../protocol/proof.ts'
import { Secret } from '../../secret.ts'

const JTI_BYTES = 16
const DIGEST_LENGTH = 43
// RFC 9449, section 8.1. The length is bounded because each nonce is kept.
const NONCE = /^[\x21\x23-\x5b\x5d-\x7e]{1,1024}$/

/**
 * Binds the tokens of each connection to a key pair of its own (ES256), so that a stolen token is of no use without
 * the private key, which is sealed with the tokens.
 *
 * `connection.fetch` signs each request. Server nonces are remembered by origin; a request that a server answers with
 * `use_dpop_nonce` is sent once more. A token that the server does not bind is given back.
 *
 * @returns the option `dpop` of `oauth2()` and `oidc()`
 * @see {@link https://www.rfc-editor.org/rfc/rfc9449 | RFC 9449 - DPoP}
 * @example
 * ```ts
 * oidc({
 *   issuer: 'https://login.example.com',
 *   clientId: env.EXAMPLE_CLIENT_ID,
 *   clientSecret: env.EXAMPLE_CLIENT_SECRET,
 *   dpop: dpop(),
 * })
 * ```
 */
export function dpop(): ProofOfPossession {
  const nonces = new BoundedMap<string>()

  /** Remembers the nonce of an answer; whether there is one. */
  function remember({ url }: RequestTarget, { headers }: Response): boolean {
    const nonce = headers.get('dpop-nonce') ?? ''
    if (!NONCE.test(nonce)) return false
    nonces.set(url.origin, nonce)
    return true
  }

  async function prove(key: Secret | undefined, target: RequestTarget, accessToken?: Secret): Promise<string> {
    if (key) return sign(key, target, nonces.get(target.url.origin), accessToken)
    // The tokens are of a time before the app asked for proofs.
    throw new OAuthError('needs_reauth', { cause: new Error('the connection has no key for proofs') })
  }

  return {
    problemWith,
    createKey,
    async send(key, target, send) {
      const first = await send({ dpop: await prove(key, target) })
      if (!remember(target, first) || first.ok) return first
      const error = (await readJsonObject(first.clone()))?.['error']
      if (error !== 'use_dpop_nonce') return first
      const second = await send({ dpop: await prove(key, target) })
      remember(target, second)
      return second
    },
    async headers(key, target, accessToken) {
      const proof = await prove(key, target, accessToken)
      return { authorization: `DPoP ${accessToken.reveal()}`, dpop: proof }
    },
    asksAgain(target, answer) {
      const hasNonce = remember(target, answer)
      return hasNonce && answer.status === 401 && asksForNonce(challengesOf(answer.headers, ['dpop']))
    },
  }
}

function problemWith({ apiHeaders = {}, exchangeEndpoint, refreshEndpoint }: ProofOptions): string | undefined {
  if (Object.values(apiHeaders).some((value) => value.includes('{access_token}'))) {
    return 'sends the access token itself, and apiHeaders has {access_token}'
  }
  if (exchangeEndpoint === undefined && typeof refreshEndpoint !== 'object') return undefined
  return 'signs standard requests alone, and there is an exchangeEndpoint or a refreshEndpoint of its own shape'
}

/** A key of P-256 (RFC 7518, section 6.2). */
type Jwk = Readonly<Record<'kty' | 'crv' | 'x' | 'y' | 'd', string>>

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }

async function createKey(): Promise<Secret> {
  const pair = (await crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])) as {
    readonly privateKey: Parameters<typeof crypto.subtle.exportKey>[1]
  }
  const { kty, crv, x, y, d } = (await crypto.subtle.exportKey('jwk', pair.privateKey)) as Jwk
  return new Secret(JSON.stringify({ kty, crv, x, y, d }))
}

/**
 * A proof for one request.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9449#section-4.2 | RFC 9449 - section 4.2}
 */
async function sign(
  key: Secret,
  { method, url, now }: RequestTarget,
  nonce: string | undefined,
  accessToken: Secret | undefined,
): Promise<string> {
  const jwk: Jwk = JSON.parse(key.reveal())
  const { kty, crv, x, y } = jwk
  const claims = {
    jti: randomText(JTI_BYTES),
    // The runtime decides which methods are sent in capital letters.
    htm: new Request(url, { method: method ?? 'GET' }).method,
    htu: url.origin + url.pathname,
    iat: Math.floor(now),
    nonce,
    ath: accessToken && (await digest(accessToken.reveal(), DIGEST_LENGTH)),
  }
  const parts = [{ typ: 'dpop+jwt', alg: 'ES256', jwk: { kty, crv, x, y } }, claims]
  const signed = parts.map((part) => toBase64Url(utf8(JSON.stringify(part)))).join('.')
  const privateKey = await crypto.subtle.importKey('jwk', jwk, ALGORITHM, false, ['sign'])
  const signature = await crypto.subtle.sign(ALGORITHM, privateKey, utf8(signed))
  return `${signed}.${toBase64Url(new Uint8Array(signature))}`
}

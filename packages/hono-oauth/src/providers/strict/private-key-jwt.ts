import type { JWK } from 'jose'
import { CompactSign } from 'jose/jws/compact/sign'
import { importJWK, importPKCS8 } from 'jose/key/import'
import { randomText, utf8 } from '../../crypto/encoding.ts'
import { configurationError } from '../../errors.ts'
import type { ClientAuthentication, ClientRequest } from '../../protocol/client.ts'

/** The algorithms that can sign a client assertion, each with a private key of the app. */
export type ClientAssertionAlg =
  | 'PS256'
  | 'PS384'
  | 'PS512'
  | 'ES256'
  | 'ES384'
  | 'ES512'
  | 'EdDSA'
  | 'Ed25519'
  | 'RS256'
  | 'RS384'
  | 'RS512'

/** The settings of `privateKeyJwt()`. */
export interface PrivateKeyJwtOptions {
  /** The private key, as PKCS #8 in PEM or as a JWK; its public part is registered at the provider. */
  readonly key: string | JWK
  /** The id under which the key is registered (`kid`); that of the JWK by default. */
  readonly keyId?: string | undefined
  /** The algorithm to sign with; that of the JWK by default, or the one of its curve. */
  readonly alg?: ClientAssertionAlg | undefined
  /**
   * What the assertions name as their audience: the issuer identifier, as FAPI 2.0 wants it and by default, or the URL
   * of the token endpoint, for older servers. `oauth2()` needs its option `issuer` for the former.
   */
  readonly audience?: 'issuer' | 'token_endpoint' | undefined
}

const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
const LIFETIME_SECONDS = 60
const JTI_BYTES = 16
const ALG = /^([PRE]S(256|384|512)|EdDSA|Ed25519)$/
const CURVES: Readonly<Record<string, string>> = {
  'P-256': 'ES256',
  'P-384': 'ES384',
  'P-521': 'ES512',
  Ed25519: 'EdDSA',
}

/**
 * Authenticates the app with a JWT that it signs for each request, in place of a client secret.
 *
 * @param options - the private key, and how the provider knows it
 * @returns the client authentication, for `clientAuthentication` of `oauth2()` and `oidc()`
 * @throws OAuthError `configuration_invalid`, naming the option that is missing or wrong and never its value; a key
 *   that cannot sign is reported at the first request that needs it
 * @see {@link https://www.rfc-editor.org/rfc/rfc7523#section-2.2 | RFC 7523 - section 2.2}
 * @see {@link https://openid.net/specs/fapi-security-profile-2_0-final.html | FAPI 2.0 Security Profile}
 * @example
 * ```ts
 * oidc({
 *   issuer: 'https://login.example.com',
 *   clientId: env.EXAMPLE_CLIENT_ID,
 *   clientAuthentication: privateKeyJwt({ key: env.EXAMPLE_PRIVATE_KEY, keyId: '2026-11', alg: 'ES256' }),
 * })
 * ```
 */
export function privateKeyJwt(options: PrivateKeyJwtOptions): ClientAuthentication {
  const { audience = 'issuer' } = options
  const key = readKey(options.key)
  const { alg = key.alg ?? CURVES[String(key.crv)], keyId = key.kid } = options
  if (!alg) throw optionError('alg', "is missing. Write alg: 'ES256', or the algorithm that the key is registered for")
  if (!ALG.test(alg)) throw optionError('alg', 'is no algorithm that signs with a private key, such as ES256')
  if (!['issuer', 'token_endpoint'].includes(audience)) {
    throw optionError('audience', "is none of 'issuer' and 'token_endpoint'")
  }
  let imported: Awaited<ReturnType<typeof importJWK>> | undefined

  async function sign({ clientId, server, now }: ClientRequest): Promise<string> {
    const iat = Math.floor(now)
    const claims = {
      iss: clientId,
      sub: clientId,
      aud: audience === 'issuer' ? server.issuer : server.token_endpoint,
      jti: randomText(JTI_BYTES),
      iat,
      exp: iat + LIFETIME_SECONDS,
    }
    const header = { alg: String(alg), ...(keyId !== undefined && { kid: keyId }) }
    try {
      imported ??= key.pem ? await importPKCS8(key.pem, header.alg) : await importJWK(key, alg, { extractable: false })
      return await new CompactSign(utf8(JSON.stringify(claims))).setProtectedHeader(header).sign(imported)
    } catch {
      // The cause is left out, because it may repeat parts of the key.
      throw optionError('key', `cannot sign with ${alg}`)
    }
  }

  return async (request) => {
    const assertion = await sign(request)
    request.parameters.set('client_id', request.clientId)
    request.parameters.set('client_assertion_type', ASSERTION_TYPE)
    request.parameters.set('client_assertion', assertion)
  }
}

/** A private key as a JWK, or as PEM. */
function readKey(key: string | JWK | undefined): JWK & { readonly pem?: string } {
  if (!key) throw optionError('key', 'is missing')
  if (typeof key !== 'string') {
    if (key.d === undefined) throw optionError('key', 'has no private part')
    return key
  }
  // A value of an environment often has its line breaks escaped.
  const pem = key.replaceAll('\\n', '\n').trim()
  if (pem.startsWith('-----BEGIN PRIVATE KEY-----')) return { kty: '', pem }
  throw optionError('key', 'is no PKCS #8 in PEM. Convert another form: openssl pkcs8 -topk8 -nocrypt -in key.pem')
}

function optionError(option: string, problem: string) {
  return configurationError(`privateKeyJwt ${option}`, problem)
}

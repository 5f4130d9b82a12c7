import { randomHex, toBase64url } from '../encoding.ts'
import { hs256, signingInput } from '../jws.ts'
import type { Clock } from '../time.ts'
import type { WixConfig } from './config.ts'
import type { Instance } from './instances.ts'
import { instancePayload } from './signed-instance.ts'

export interface WixToken {
  readonly value: string
  readonly kind: 'access' | 'refresh'
  readonly instance: Instance
  /** The number of the install during which it was issued. */
  readonly installation: number
  readonly issuedAt: number
  expiresAt: number
}

/** What a fault changes about a new token. */
export interface TokenForm {
  readonly lifetimeSeconds?: number
  /** Random bytes in the token. */
  readonly tokenBytes?: number
}

export type TokenState = 'alive' | 'expired' | 'removed'

export interface Tokens {
  /** Issues a token for client credentials: `OauthNG.JWS.<header>.<payload>.<signature>`. */
  issueAccessToken(instance: Instance, form?: TokenForm): Promise<WixToken>
  /** Issues an access token of custom authentication. */
  issueLegacyAccessToken(instance: Instance, form?: TokenForm): Promise<WixToken>
  /** Issues a refresh token. It is valid until the app is removed. */
  issueRefreshToken(instance: Instance): WixToken
  find(value: string): WixToken | undefined
  stateOf(token: WixToken): TokenState
  /** The tokens of an instance that work now. */
  liveOf(instance: Instance): readonly WixToken[]
  /** Lets all access tokens expire now, but no refresh tokens. Returns their number. */
  expireAccessTokens(): number
  reset(): void
}

/** A random text in the form of a JWT. Clients must treat it as opaque. */
export const opaqueJwt = (payload: Readonly<Record<string, unknown>>): string =>
  `OAUTH2.${signingInput({ alg: 'HS256' }, { ...payload, jti: randomHex(8) })}.${toBase64url(randomHex(24))}`

export function createTokens(clock: Clock, config: WixConfig): Tokens {
  const tokens = new Map<string, WixToken>()
  // Only the emulator knows it, so that clients cannot verify access tokens.
  const signingSecret = randomHex(32)

  const add = (value: string, kind: WixToken['kind'], instance: Instance, lifetimeSeconds: number): WixToken => {
    const issuedAt = clock.now()
    const expiresAt = issuedAt + lifetimeSeconds * 1000
    const { installation } = instance
    const token: WixToken = { value, kind, instance, installation, issuedAt, expiresAt }
    tokens.set(value, token)
    return token
  }

  async function signedToken(instance: Instance, lifetimeSeconds: number, bytes = 8): Promise<string> {
    const signedAt = clock.now()
    const iat = Math.floor(signedAt / 1000)
    const data = JSON.stringify({ instance: instancePayload(config, instance, { signedAt }) })
    const payload = { data, iat, exp: iat + lifetimeSeconds, jti: randomHex(bytes) }
    return hs256(signingSecret, { alg: 'HS256', kid: 'emulated' }, payload)
  }

  const stateOf = ({ instance, installation, expiresAt }: WixToken): TokenState => {
    if (!instance.installed || instance.installation !== installation) return 'removed'
    return clock.now() < expiresAt ? 'alive' : 'expired'
  }
  const isAlive = (token: WixToken): boolean => stateOf(token) === 'alive'

  return {
    async issueAccessToken(instance, { lifetimeSeconds: lifetime = config.accessTokenSeconds, tokenBytes } = {}) {
      const value = `OauthNG.JWS.${await signedToken(instance, lifetime, tokenBytes)}`
      return add(value, 'access', instance, lifetime)
    },
    async issueLegacyAccessToken(
      instance,
      { lifetimeSeconds: lifetime = config.legacyAccessTokenSeconds, tokenBytes } = {},
    ) {
      return add(`OAUTH2.${await signedToken(instance, lifetime, tokenBytes)}`, 'access', instance, lifetime)
    },
    issueRefreshToken(instance) {
      const value = opaqueJwt({ instanceId: instance.instanceId })
      return add(value, 'refresh', instance, Number.POSITIVE_INFINITY)
    },
    find: (value) => tokens.get(value),
    stateOf,
    liveOf: (instance) => [...tokens.values()].filter((token) => token.instance === instance && isAlive(token)),
    expireAccessTokens() {
      const live = [...tokens.values()].filter((token) => token.kind === 'access' && isAlive(token))
      for (const token of live) token.expiresAt = clock.now()
      return live.length
    },
    reset: () => tokens.clear(),
  }
}

import type { AnyOptions, IdTokenAlg } from '../described/options.ts'

/** The options of an OpenID provider, with their defaults. */
export interface OidcSettings {
  /** Exactly as in the metadata, or with a claim of the ID token in it: `{claims.tid}`. */
  readonly issuer: string
  readonly metadataUrl: string
  readonly clientId: string
  readonly pkce: boolean
  readonly idTokenAlg: IdTokenAlg
  readonly toleranceSeconds: number
  readonly userinfo: boolean | undefined
  /** Whether authorization requests are pushed; `undefined` for what the metadata requires. */
  readonly par: boolean | undefined
}

const TOLERANCE_SECONDS = 60
const CLAIM = /\{claims\.(\w+)\}/g

/** The options that ID tokens and metadata are checked against. */
export function oidcSettings(options: AnyOptions): OidcSettings {
  const { issuer = '', clientId, pkce = true, idTokenAlg = 'RS256', userinfo, par } = options
  const { clockToleranceSeconds: toleranceSeconds = TOLERANCE_SECONDS } = options
  // OpenID Connect Discovery, section 4.1.
  const { metadataUrl = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration` } = options
  return { issuer, metadataUrl, clientId, pkce, idTokenAlg, toleranceSeconds, userinfo, par }
}

/** The issuer that an ID token with these claims must name; `undefined` when a claim is missing. */
export function issuerFor(issuer: string, claims: Readonly<Record<string, unknown>>): string | undefined {
  let isTold = true
  const filled = issuer.replace(CLAIM, (_, name: string) => {
    const value = claims[name]
    if (typeof value === 'string' && /^[\w.-]+$/.test(value)) return value
    isTold = false
    return ''
  })
  return isTold ? filled : undefined
}

/**
 * Whether the issuer of metadata is the one of the options. Where the options have a claim, the metadata has a
 * placeholder, or a value.
 */
export function isIssuer(issuer: string, named: unknown): named is string {
  if (typeof named !== 'string') return false
  if (!issuer.includes('{')) return named === issuer
  const parts = issuer.split(CLAIM).filter((_, index) => index % 2 === 0)
  const escaped = parts.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${escaped.join('(?:\\{\\w+\\}|[\\w.-]+)')}$`).test(named)
}

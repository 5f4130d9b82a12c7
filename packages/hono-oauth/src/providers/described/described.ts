import { OAuthError } from '../../errors.ts'
import {
  type ClientAuthenticationMethod,
  type RegisteredClient,
  type ServerMetadata,
  secretAt,
} from '../../protocol/client.ts'
import type { Details, StoredGrant } from '../contract.ts'
import { authenticationOf, checkOptions, type Kind } from './check.ts'
import type { AnyOptions } from './options.ts'
import { type Sources, textAt } from './path.ts'
import { fillUrl, type Values } from './template.ts'

/** A description after its check, with the settings of the app. */
export interface Described {
  readonly kind: Kind
  readonly options: AnyOptions
  readonly scopes: readonly string[]
  /** The names of all placeholders that a text can have. */
  readonly placeholders: ReadonlySet<string>
}

/** The known part of a grant that a request acts for. */
export type ActingGrant = {
  readonly [Member in 'accessToken' | 'refreshToken' | 'proofKey' | 'account' | 'details']?:
    | StoredGrant[Member]
    | undefined
}

const STANDARD_PLACEHOLDERS = [
  'client_id',
  'client_secret',
  'access_token',
  'refresh_token',
  'account_id',
  'redirect_uri',
]

/**
 * Checks a description with the settings of an app.
 *
 * @throws OAuthError `configuration_invalid`, naming the option and never its value
 */
export function describe(kind: Kind, options: AnyOptions): Described {
  // Absent credentials are the first mistake to tell.
  authenticationOf(kind, options)
  checkOptions(kind, options)
  const placeholders = new Set([...STANDARD_PLACEHOLDERS, ...Object.keys(options.details ?? {})])
  return { kind, options, scopes: options.scopes ?? [], placeholders }
}

/** The app as a client of a server. */
export function registerClient(
  { kind, options }: Described,
  server: ServerMetadata,
  preferred?: ClientAuthenticationMethod,
): RegisteredClient {
  const { clientId, tokenFormat, parameterNames } = options
  const authentication = authenticationOf(kind, options, preferred)
  const named = Object.entries(parameterNames ?? {}).flatMap(([name, other]) => (other ? [[name, other] as const] : []))
  return { server, clientId, authentication, tokenFormat, parameterNames: Object.fromEntries(named) }
}

/** The client with a proof in each token request, where the description asks for proofs. */
export function withProof(
  { options: { dpop } }: Described,
  client: RegisteredClient,
  { proofKey }: ActingGrant,
): RegisteredClient {
  return dpop ? { ...client, prove: (target, send) => dpop.send(proofKey, target, send) } : client
}

/** The client secret, for a request at this time, in seconds since the epoch; empty for a public client. */
export async function secretOf({ options }: Described, now: number): Promise<string> {
  return secretAt(options.clientSecret ?? '', now)
}

/** The details that these sources tell. */
export function detailsIn({ options }: Described, sources: Sources): Details {
  const told = Object.entries(options.details ?? {}).flatMap(([name, path]) => {
    const text = textAt(sources, path)
    return text === undefined ? [] : [[name, text] as const]
  })
  return Object.fromEntries(told)
}

/** A URL of the description with its placeholders filled; `undefined` when it cannot be made, or is not allowed. */
export function urlOf({ options }: Described, template: string, values: Values): URL | undefined {
  return fillUrl(template, values, options.hosts ?? [])
}

/**
 * The origins of a connection's API.
 *
 * @throws OAuthError `needs_reauth` when the connection lacks a detail that its origin needs
 */
export function originsOf(
  described: Described,
  templates: readonly string[],
  details: Details,
): readonly [string, ...string[]] {
  const origins = templates.map((template) => urlOf(described, template, details)?.origin)
  if (origins.includes(undefined)) {
    throw new OAuthError('needs_reauth', { cause: new Error('the connection lacks a detail of its API origin') })
  }
  return origins as [string, ...string[]]
}

/** The values of all placeholders for a request with a grant. */
export async function valuesOf(described: Described, grant: ActingGrant, now: number): Promise<Values> {
  const { accessToken, refreshToken, account, details } = grant
  return {
    ...details,
    client_id: described.options.clientId,
    client_secret: await secretOf(described, now),
    access_token: accessToken?.reveal(),
    refresh_token: refreshToken?.reveal(),
    account_id: account?.id,
  }
}

/** The granted scopes, with those that count as granted by another scope or by having been requested. */
export function withAliases(
  { options }: Described,
  granted: readonly string[],
  requested: readonly string[],
): readonly string[] {
  const added = Object.entries(options.scopeAliases ?? {}).flatMap(([scope, names = []]) => {
    const counts = names.length > 0 ? names.some((name) => granted.includes(name)) : requested.includes(scope)
    return counts ? [scope] : []
  })
  return [...new Set([...granted, ...added])]
}

import type { Account, Details, Provider } from './contract.ts'
import type { AccountPaths, AppSettings, OAuth2Description, OidcDescription, OidcPath } from './described/options.ts'
import type { EventMap } from './webhook-contract.ts'

/** A function like `oauth2` and `oidc`: it makes a provider of a description with the settings of an app. */
interface Maker<Kind extends 'oauth2' | 'oidc'> {
  readonly kind: Kind
}

/** A provider that only needs the settings of an app. */
export type Preset<Scope extends string, Detail extends string, Own = unknown> = (
  settings: AppSettings<Scope> & Own,
) => Provider<Scope, Account, EventMap, Details<Detail>>

/** What one preset says otherwise than another; its hooks see the details of both. */
export type Overrides<Scope extends string, Base extends string, Detail extends string> = Partial<
  Omit<
    OAuth2Description<Scope, Base | Detail> & OidcDescription<Scope, Base | Detail>,
    'details' | 'scopes' | 'account'
  >
> & {
  readonly scopes?: readonly Scope[] | undefined
  readonly account?: AccountPaths<OidcPath> | undefined
  readonly details?: Readonly<Record<Detail, OidcPath>> | undefined
}

type DescriptionOf<Base, Scope extends string, Detail extends string> =
  Base extends Maker<'oauth2'>
    ? OAuth2Description<Scope, Detail>
    : Base extends Maker<'oidc'>
      ? OidcDescription<Scope, Detail>
      : Base extends Preset<infer Known, infer Kept, infer _>
        ? Overrides<Known, Kept, Detail>
        : never

type PresetOf<Base, Scope extends string, Detail extends string> =
  Base extends Maker<'oauth2' | 'oidc'>
    ? Preset<Scope, Detail>
    : Base extends Preset<infer Known, infer Kept, infer Own>
      ? Preset<Known, Kept | Detail, Own>
      : never

/**
 * Makes a preset: a provider that only needs the settings of an app.
 *
 * Settings win over the description, and the description over the base. Records, such as `errors` and `apiHeaders`, are
 * merged by member; every other option is replaced.
 *
 * @param base - `oauth2`, `oidc`, or another preset
 * @param description - how the provider differs from the RFCs
 * @returns a function of the settings of an app
 * @throws OAuthError `configuration_invalid` when the preset is called with an option that is missing or wrong
 * @example
 * ```ts
 * const example = defineProvider(oauth2, {
 *   authorizationEndpoint: 'https://login.example.com/authorize',
 *   tokenEndpoint: 'https://login.example.com/token',
 *   userinfoEndpoint: 'https://api.example.com/me',
 *   account: { id: 'userinfo.id', name: 'userinfo.name' },
 *   apiOrigins: ['https://api.example.com'],
 * })
 * example({ clientId: env.EXAMPLE_CLIENT_ID, clientSecret: env.EXAMPLE_CLIENT_SECRET })
 * ```
 */
export function defineProvider<Base, Scope extends string = string, const Detail extends string = never>(
  base: Base,
  description: DescriptionOf<Base, Scope, Detail>,
): PresetOf<Base, Scope, Detail>
// biome-ignore lint/suspicious/noExplicitAny: the signature above says what goes in and what comes out
export function defineProvider(base: any, description: object): any {
  return (settings: object) => base(merge(description, settings))
}

const RECORDS = [
  'authorizationParams',
  'tokenParams',
  'parameterNames',
  'scopeAliases',
  'errors',
  'details',
  'apiHeaders',
  'apiErrors',
]

function merge(under: object, over: object): object {
  const merged: Record<string, unknown> = { ...under }
  for (const [name, value] of Object.entries(over)) {
    const isRecord = RECORDS.includes(name) && typeof value === 'object'
    merged[name] = isRecord ? { ...(merged[name] as object), ...value } : value
  }
  return merged
}

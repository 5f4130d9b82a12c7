import type { Context } from 'hono'
import type { Connection } from '../connections/connection.ts'
import type { Account, Details, Provider } from '../providers/contract.ts'
import type { EventMap, WebhookEvent } from '../providers/webhook-contract.ts'

/** The providers of a configuration, by the names that URLs contain. */
// biome-ignore lint/suspicious/noExplicitAny: a map of providers of any scope and account
export type Providers = Readonly<Record<string, Provider<any, any, any, any>>>

/** The scopes that a provider's type suggests. */
export type ScopeOf<P> = P extends Provider<infer Scope, infer _A extends Account> ? Scope : string
/** The account that a provider's type promises. */
export type AccountOf<P> = P extends Provider<infer _S, infer A extends Account> ? A : Account
/** The details that a provider's type promises. */
export type DetailsOf<P> = P extends Provider<infer _S, infer _A, infer _E, infer D> ? D : Details

/** The events that a provider's type promises. */
type EventsOf<P> = P extends Provider<infer _S, infer _A extends Account, infer Events> ? Events : EventMap

/** The app's webhook handlers of one provider, by event; `*` for all other events. */
export type WebhookHandlers<P> = {
  readonly [Type in keyof EventsOf<P> & string]?: (event: WebhookEvent<Type, EventsOf<P>[Type]>, c: Context) => unknown
} & { readonly '*'?: (event: WebhookEvent, c: Context) => unknown }

/** A connection at one of the providers: `provider` tells which, and with it the account and the details. */
export type ConnectionOf<P extends Providers> = {
  [Name in keyof P & string]: Connection<AccountOf<P[Name]>, DetailsOf<P[Name]>> & { readonly provider: Name }
}[keyof P & string]

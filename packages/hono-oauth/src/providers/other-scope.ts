declare const other: unique symbol

/** A scope that the type of a provider does not list. */
export type OtherScope = string & { readonly [other]: true }

/**
 * Lets a scope through that the type of a provider does not list, such as one that the provider has just added.
 *
 * @param name - the scope, as the provider spells it
 * @returns the same text
 * @example
 * ```ts
 * webflow({ clientId, clientSecret, scopes: ['sites:read', otherScope('analytics:read')] })
 * ```
 */
export function otherScope(name: string): OtherScope {
  return name as OtherScope
}

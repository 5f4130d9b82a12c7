import type { KeyRing } from '../crypto/key-ring.ts'
import { open, seal } from '../crypto/seal.ts'

/** The query parameter of the login route that holds the sealed scopes of a link. */
export const SCOPES_PARAMETER = 'scopes'

/** What a link to the login route says. */
export interface LoginLink<Scope extends string = string> {
  /** The page of this app that the browser goes to after the login: a path, or a URL of `allowedOrigins`. */
  readonly returnTo?: string | undefined
  /** The scopes to request: they travel sealed, so that no visitor chooses them. */
  readonly scopes?: readonly Scope[] | undefined
  /** Parameters that the provider takes at a login, such as the shop that it is for. */
  readonly params?: Readonly<Record<string, string>> | undefined
}

/**
 * The URL of a login.
 *
 * @param route - the URL of the login route of the provider
 * @param provider - its name: the scopes of a link for one provider are not read for another
 */
export async function loginLink(
  ring: KeyRing,
  route: string,
  provider: string,
  { returnTo, scopes, params = {} }: LoginLink,
): Promise<string> {
  const url = new URL(route)
  for (const [param, value] of Object.entries(params)) url.searchParams.set(param, value)
  if (scopes) url.searchParams.set(SCOPES_PARAMETER, await seal(ring, 'login-link', provider, { scopes }))
  if (returnTo) url.searchParams.set('return_to', returnTo)
  return url.href
}

/** The scopes of a link; `undefined` for a text that this ring did not seal for this provider. */
export async function linkedScopes(
  ring: KeyRing,
  provider: string,
  sealed: string | undefined,
): Promise<readonly string[] | undefined> {
  if (!sealed) return undefined
  return (await open<{ readonly scopes: readonly string[] }>(ring, 'login-link', provider, sealed))?.value.scopes
}

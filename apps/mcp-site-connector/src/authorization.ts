import { type AuthRequest, authorizationErrorRedirect } from '@cloudflare/workers-oauth-provider'
import type { Context } from 'hono'
import type { OAuthError } from 'hono-oauth'
import type { AppEnv, GrantProps } from './env.ts'

/** Answers an authorization request of an MCP client, for this person's account at a provider. */
export async function allow(c: Context<AppEnv>, request: AuthRequest, provider: string): Promise<Response> {
  const props = { person: c.var.person ?? '', provider } as GrantProps
  const { redirectTo } = await c.env.OAUTH_PROVIDER.completeAuthorization({
    request,
    userId: props.person,
    scope: request.scope,
    // The library encrypts `props` for the tokens alone; metadata can be listed.
    metadata: { provider },
    props,
  })
  return c.redirect(redirectTo, 303)
}

/** Tells the MCP client that the person did not connect an account. */
export function refuse(c: Context, request: AuthRequest, { code }: OAuthError): Response {
  return c.redirect(authorizationErrorRedirect(request, code === 'access_denied' ? code : 'server_error'), 303)
}

import type { AuthRequest, OAuthHelpers } from '@cloudflare/workers-oauth-provider'
import { Hono } from 'hono'
import {
  clientIdAlreadyApproved,
  parseRedirectApproval,
  renderApprovalDialog,
} from './workers-oauth-utils.js' // the copied file

interface ServerEnv extends Env {
  readonly OAUTH_PROVIDER: OAuthHelpers
  readonly COOKIE_SECRET: string
}

const app = new Hono<{ Bindings: ServerEnv }>()

/** GitHub's authorization page; the pending request of the MCP client is the state. */
function githubUrl(env: ServerEnv, request: AuthRequest): string {
  const query = new URLSearchParams({
    client_id: env.GITHUB_CLIENT_ID,
    redirect_uri: `${env.PUBLIC_ORIGIN}/callback`,
    scope: 'read:user',
    state: btoa(JSON.stringify(request)),
  })
  return `https://github.com/login/oauth/authorize?${query}`
}

app.get('/authorize', async (c) => {
  const request = await c.env.OAUTH_PROVIDER.parseAuthRequest(c.req.raw)
  const { clientId } = request
  if (await clientIdAlreadyApproved(c.req.raw, clientId, c.env.COOKIE_SECRET)) {
    return c.redirect(githubUrl(c.env, request))
  }
  return renderApprovalDialog(c.req.raw, {
    client: await c.env.OAUTH_PROVIDER.lookupClient(clientId),
    server: { name: 'Repositories' },
    state: { oauthReqInfo: request },
  })
})

app.post('/authorize', async (c) => {
  const { state, headers } = await parseRedirectApproval(c.req.raw, c.env.COOKIE_SECRET)
  return c.body(null, 302, {
    ...headers,
    location: githubUrl(c.env, state.oauthReqInfo),
  })
})

app.get('/callback', async (c) => {
  const request = JSON.parse(atob(c.req.query('state') ?? '')) as AuthRequest
  const answer = await fetch('https://github.com/login/oauth/access_token', {
    method: 'POST',
    headers: { accept: 'application/json' },
    body: new URLSearchParams({
      client_id: c.env.GITHUB_CLIENT_ID,
      client_secret: c.env.GITHUB_CLIENT_SECRET,
      code: c.req.query('code') ?? '',
    }),
  })
  const { access_token: accessToken } = (await answer.json()) as {
    access_token: string
  }
  const headers = {
    authorization: `Bearer ${accessToken}`,
    'user-agent': 'repositories',
  }
  const user = await fetch('https://api.github.com/user', { headers })
  const { login } = (await user.json()) as { login: string }
  const { redirectTo } = await c.env.OAUTH_PROVIDER.completeAuthorization({
    request,
    userId: login,
    metadata: { label: login },
    scope: request.scope,
    // The tools read it there for as long as the MCP client has its grant.
    props: { login, accessToken },
  })
  return c.redirect(redirectTo)
})

export default app

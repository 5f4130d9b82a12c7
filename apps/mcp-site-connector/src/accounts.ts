import { Hono } from 'hono'
import { html } from 'hono/html'
import type { AppEnv } from './env.ts'
import { oauth } from './oauth.ts'

/** What a person sees without an MCP client: the connected accounts, with their end. */
export const accounts = new Hono<AppEnv>()

accounts.get('/', async (c) => {
  const connections = c.var.person ? await oauth.list(c) : []
  return c.html(html`<!doctype html>
<html lang="en">
<meta name="viewport" content="width=device-width">
<title>MCP Site Connector</title>
<style>:root { color-scheme: light dark; font-family: system-ui } body { max-width: 34rem; margin: 10vh auto; padding: 0 1rem }</style>
<h1>MCP Site Connector</h1>
<p>Give this address to your MCP client: <code>${c.env.PUBLIC_ORIGIN}/mcp</code>
<p>${connections.length === 0 && 'You have connected no account yet. The client asks you to.'}
${connections.map(
  ({ id, provider, account }) => html`<form method="post" action="/auth/connections/${id}/revoke">
<input type="hidden" name="return_to" value="/">
<button>Disconnect ${account.name ?? account.id} at ${provider}, for every client</button>
</form>`,
)}`)
})

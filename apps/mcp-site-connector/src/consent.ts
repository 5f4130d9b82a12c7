import { AuthorizationError, CimdFetchError } from '@cloudflare/workers-oauth-provider'
import { Hono } from 'hono'
import { askForConsent } from 'hono-oauth/mcp'
import { allow } from './authorization.ts'
import type { AppEnv } from './env.ts'
import { oauth } from './oauth.ts'
import { makePerson } from './person.ts'
import { PLATFORMS, type Platform } from './platforms.ts'

/** Asks the person once: which client, what it gets, and from which account. */
export const consent = new Hono<AppEnv>()

consent.get('/', async (c) => {
  const request = await c.env.OAUTH_PROVIDER.parseAuthRequest(c.req.raw)
  const client = await c.env.OAUTH_PROVIDER.describeConsent(request)
  await makePerson(c)
  const connections = await oauth.list(c)
  const choices = Object.entries(PLATFORMS).flatMap(([provider, { name }]) => {
    const account = connections.find((each) => each.provider === provider)?.account
    const connect = [`connect ${provider}`, `Allow, and choose ${account ? 'another' : 'an'} account at ${name}`]
    return account ? [[`use ${provider}`, `Allow, with ${account.name ?? account.id} at ${name}`], connect] : [connect]
  })
  const { handle, headers } = await c.env.OAUTH_PROVIDER.beginConsent(request)
  for (const cookie of headers.getSetCookie()) c.header('set-cookie', cookie, { append: true })
  return askForConsent(c, {
    client,
    handle,
    gives: Object.values(PLATFORMS).map(({ name, gives }) => `with ${name}: ${gives}`),
    choices: { ...Object.fromEntries(choices), deny: 'Do not allow' },
  })
})

consent.post('/', async (c) => {
  const { handle = '', choice = '' } = await c.req.parseBody<Record<string, string>>()
  if (choice === 'deny') return c.redirect((await c.env.OAUTH_PROVIDER.denyConsent(c.req.raw, handle)).redirectTo, 303)
  const { request, headers } = await c.env.OAUTH_PROVIDER.approveConsent(c.req.raw, handle)
  for (const cookie of headers.getSetCookie()) c.header('set-cookie', cookie, { append: true })
  const [action, provider] = choice.split(' ') as [string, Platform]
  if (action === 'use' && (await oauth.connection(c, provider))) return allow(c, request, provider)
  return oauth.login(c, provider, { context: request })
})

consent.onError((error, c) => {
  if (error instanceof AuthorizationError && error.redirectTo) return c.redirect(error.redirectTo, 303)
  if (error instanceof AuthorizationError) return c.text(`${error.description}.\nStart again in the MCP client.`, 400)
  if (error instanceof CimdFetchError) return c.text('The description of the MCP client could not be read.', 400)
  throw error
})

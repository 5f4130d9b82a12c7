import { Hono } from 'hono'
import { createOAuth } from 'hono-oauth'
import { memoryStore } from 'hono-oauth/stores/memory'
import { expect, it } from 'vitest'
import { MINIMAL } from '../rig/minimal.ts'

/** A provider that takes any pasted token, whose text names the account. */
const pasted = (text: string) => ({
  ...MINIMAL.providers.webflow,
  acceptToken: async () => ({
    tokens: { accessToken: { reveal: () => text } as never },
    grant: { id: text, account: { id: text, name: text }, scopes: [], revocable: false },
  }),
})

it('one route requires two providers, and finds each under the name of its own', async () => {
  const providers = { one: pasted('acme'), other: pasted('bakery') }
  const oauth = createOAuth(() => ({ ...MINIMAL, store: memoryStore(), providers, owner: () => 'ada' }))
  const app = new Hono()
  app.post('/connect/:name', async (c) =>
    c.json(await oauth.connectWithToken(c, c.req.param('name') as 'one' | 'other', 'any')),
  )
  app.get('/both', oauth.require('one', { as: 'source' }), oauth.require('other', { as: 'target' }), (c) =>
    c.json([c.var.source.account.name, c.var.target.account.name, Object.keys(c.var)]),
  )
  expect((await app.request('/both')).status).toBe(401)
  for (const name of ['one', 'other'])
    expect((await app.request(`/connect/${name}`, { method: 'POST' })).status).toBe(200)
  expect(await (await app.request('/both')).json()).toEqual(['acme', 'bakery', ['source', 'target']])
})

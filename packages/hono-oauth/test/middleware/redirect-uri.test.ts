import { Hono } from 'hono'
import { createOAuth } from 'hono-oauth'
import { expect, it, vi } from 'vitest'
import { ORIGIN } from '../rig/constants.ts'
import { MINIMAL } from '../rig/minimal.ts'
import { codeOf } from '../rig/oracles.ts'

it('a login ends at its own redirect URI, although another configuration has the same name and keys', async () => {
  const fetch = vi.fn(async () => Response.json({}, { status: 500 }))
  const app = new Hono()
  for (const basePath of ['/auth', '/second']) {
    app.route(basePath, createOAuth(() => ({ ...MINIMAL, basePath, fetch })).routes)
  }
  const started = await app.request(`${ORIGIN}/auth/webflow/login`)
  const state = new URL(started.headers.get('location') ?? '').searchParams.get('state')
  const cookie = started.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  const finish = (path: string) =>
    app.request(`${ORIGIN}${path}/webflow/callback?code=c&state=${state}`, { headers: { cookie } })
  expect([await codeOf(await finish('/second')), fetch.mock.calls]).toEqual(['transaction_unknown', []])
  // Its own redirect URI reads the code, which the provider does not take here.
  expect(await codeOf(await finish('/auth'))).toBe('provider_unavailable')
})

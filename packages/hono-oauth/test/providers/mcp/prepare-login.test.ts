import { mcp } from 'hono-oauth/providers/mcp'
import { expect, it } from 'vitest'
import { BackChannel } from '../../../src/protocol/back-channel.ts'
import { ORIGIN } from '../../rig/constants.ts'
import { createServers, ISSUER, MCP } from './fake-server.ts'

const PREPARATION = {
  login: { url: MCP },
  app: {
    name: 'App',
    origin: ORIGIN,
    redirectUri: `${ORIGIN}/auth/mcp/callback`,
    documentUrl: `${ORIGIN}/auth/mcp/client.json`,
  },
  notes: { read: async () => undefined, write: async () => undefined },
  now: 1_800_000_000,
}

it('all documents of a login together have the time of one answer', async () => {
  const { fetch, lines } = createServers()
  const slow: typeof fetch = async (url, init) => {
    await new Promise((resolve) => setTimeout(resolve, 100))
    return fetch(url, init)
  }
  const backChannel = new BackChannel({ timeoutMs: 250, fetch: slow })
  await expect(mcp().prepareLogin?.(PREPARATION, backChannel)).rejects.toMatchObject({ code: 'provider_timeout' })
  expect(lines().length).toBeLessThanOrEqual(2)
})

it('the secret of the settings does not travel with a login', async () => {
  const clientSecret = 'canary-secret'
  const provider = mcp({ url: MCP, issuer: ISSUER, clientId: 'mine', clientSecret })
  const backChannel = new BackChannel({ timeoutMs: 10_000, fetch: createServers().fetch })
  const prepared = await provider.prepareLogin?.(PREPARATION, backChannel)
  expect(prepared?.found).toMatchObject({ clientId: 'mine', issuer: ISSUER })
  expect(JSON.stringify(prepared)).not.toContain(clientSecret)
})

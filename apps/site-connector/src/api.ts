import { Hono } from 'hono'
import type { Env } from './env.ts'
import { oauth } from './oauth.ts'
import { PLATFORMS, type Platform, type ProviderName } from './platforms.ts'

/** What each API route needs to have been granted; Wix grants what its dashboard says. */
const SCOPES = {
  webflow: { sites: ['sites:read'], account: ['authorized_user:read'] },
  wix: { sites: [], account: [] },
  'wix-legacy': { sites: [], account: [] },
  example: { sites: [], account: ['profile'] },
} as const satisfies Record<ProviderName, object>

/** `GET /:provider/sites` and `GET /:provider/account`, for a program. */
export const api = new Hono<{ Bindings: Env }>()

for (const name of Object.keys(PLATFORMS) as ProviderName[]) {
  const { listSites, getAccount }: Platform = PLATFORMS[name]
  const { sites, account } = SCOPES[name]
  if (listSites) {
    api.get(`/${name}/sites`, oauth.require(name, { scopes: sites }), async (c) =>
      c.json({ sites: await listSites(c.var.connection) }),
    )
  }
  api.get(`/${name}/account`, oauth.require(name, { scopes: account }), async (c) =>
    c.json({ account: await getAccount(c.var.connection) }),
  )
}

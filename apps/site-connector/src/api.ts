import { Hono } from 'hono'
import type { Env } from './env.ts'
import { oauth } from './oauth.ts'
import { offeredBy, PLATFORMS, type Platform, type ProviderName } from './platforms.ts'

/** The scopes that each route requires. Wix has no scopes: its dashboard holds the permissions. */
const SCOPES = {
  webflow: { sites: ['sites:read'], account: ['authorized_user:read'] },
  wix: { sites: [], account: [] },
  'wix-legacy': { sites: [], account: [] },
  github: { sites: [], account: [] },
  google: { sites: [], account: [] },
  example: { sites: [], account: ['profile'] },
} as const satisfies Record<ProviderName, object>

/** The JSON routes `GET /:provider/sites` and `GET /:provider/account`. */
export const api = new Hono<{ Bindings: Env }>()

// A platform without secrets is not there.
api.use('/:provider/*', async (c, next) => {
  if (!offeredBy(c.env).some((name) => name === c.req.param('provider'))) return c.notFound()
  return next()
})

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

import { Hono } from 'hono'
import { readMembers } from '../control/json-body.ts'
import { requiredText } from '../control/members.ts'
import { methodNotAllowed } from '../control/method-not-allowed.ts'
import type { OauthExampleControl } from './control.ts'

export const READABLE_ROUTES = ['/grants']

export function oauthExampleControlRoutes(control: OauthExampleControl): Hono {
  const app = new Hono()
  app.get('/grants', (c) => c.json({ grants: control.grants() }))
  app.all('/grants', methodNotAllowed('GET'))
  app.post('/revoke-grant', async (c) => {
    const members = await readMembers(c, ['id'])
    return c.json(control.revokeGrant(requiredText(members, 'id')))
  })
  app.all('/revoke-grant', methodNotAllowed('POST'))
  app.post('/expire-access-tokens', async (c) => {
    await readMembers(c, [])
    return c.json({ expired: control.expireAccessTokens() })
  })
  app.all('/expire-access-tokens', methodNotAllowed('POST'))
  return app
}

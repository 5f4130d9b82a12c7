import { Hono } from 'hono'
import { readMembers } from '../control/json-body.ts'
import { textListMember, textMember } from '../control/members.ts'
import { methodNotAllowed } from '../control/method-not-allowed.ts'
import type { WebflowControl } from './control.ts'

export function webflowControlRoutes(control: WebflowControl): Hono {
  const app = new Hono()
  app.post('/install', async (c) => {
    const members = await readMembers(c, ['clientId', 'siteIds'])
    const clientId = textMember(members, 'clientId')
    return c.json(control.install({ clientId, siteIds: textListMember(members, 'siteIds') }))
  })
  app.all('/install', methodNotAllowed('POST'))
  return app
}

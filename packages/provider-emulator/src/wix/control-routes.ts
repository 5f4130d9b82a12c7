import { Hono } from 'hono'
import { readMembers } from '../control/json-body.ts'
import { ControlError, requiredText, textMember } from '../control/members.ts'
import { methodNotAllowed } from '../control/method-not-allowed.ts'
import type { WixControl } from './control.ts'

export const READABLE_ROUTES = ['/instances', '/public-key']

export function wixControlRoutes(control: WixControl): Hono {
  const app = new Hono()

  app.post('/install', async (c) => {
    const members = await readMembers(c, ['appId', 'siteId'])
    const [appId, siteId] = [textMember(members, 'appId'), textMember(members, 'siteId')]
    return c.json(control.install({ appId, siteId }))
  })
  app.post('/remove', async (c) => {
    const members = await readMembers(c, ['instanceId', 'notify'])
    const notify = textMember(members, 'notify')
    return c.json(await control.remove(requiredText(members, 'instanceId'), { notify }))
  })
  app.post('/reinstall', async (c) => {
    const members = await readMembers(c, ['instanceId'])
    return c.json(control.reinstall(requiredText(members, 'instanceId')))
  })
  app.post('/clone', async (c) => {
    const members = await readMembers(c, ['instanceId'])
    return c.json(control.clone(requiredText(members, 'instanceId')))
  })
  for (const path of ['/install', '/remove', '/reinstall', '/clone']) {
    app.all(path, methodNotAllowed('POST'))
  }

  app.get('/instances', (c) => c.json({ instances: control.instances() }))
  app.get('/instance-parameter', async (c) => {
    const { instanceId, aid, signDate } = c.req.query()
    if (instanceId === undefined) throw new ControlError(400, '"instanceId" is missing.')
    return c.json({ instance: await control.instanceParameter(instanceId, { aid, signDate }) })
  })
  app.get('/public-key', async (c) => c.text(`${await control.publicKey(c.req.query('appId'))}\n`))
  for (const path of ['/instances', '/instance-parameter', '/public-key']) {
    app.all(path, methodNotAllowed('GET'))
  }

  return app
}

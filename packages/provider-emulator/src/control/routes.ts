import { type Context, Hono } from 'hono'
import type { EmulatedProvider } from '../provider.ts'
import { UnknownScenarioError } from '../scenarios.ts'
import type { Webhooks } from '../webhooks.ts'
import type { EmulatorControl } from './control.ts'
import { ControlError, methodNotAllowed, readJsonObject, readMembers } from './control-request.ts'
import { type GrantControl, grantControlRoutes } from './grant-control.ts'
import { type ControlBindings, requireOwnPage } from './require-own-page.ts'

async function readTimes(c: Context): Promise<number | undefined> {
  const times = (await readMembers(c, ['times'])).get('times') ?? undefined
  if (times === undefined || typeof times === 'number') return times
  throw new ControlError(400, '"times" must be a positive integer.')
}

export function controlRoutes(
  control: EmulatorControl,
  webhooks: Webhooks,
  providers: readonly EmulatedProvider[],
  personalities: { control(name: string): GrantControl },
): Hono<{ Bindings: ControlBindings }> {
  const app = new Hono<{ Bindings: ControlBindings }>().basePath('/_emulator')

  app.use(requireOwnPage)

  app.get('/requests', (c) => c.json({ requests: control.requests() }))
  app.delete('/requests', (c) => {
    control.clearRequests()
    return c.body(null, 204)
  })
  app.all('/requests', methodNotAllowed('GET', 'DELETE'))

  app.get('/scenarios', (c) => c.json({ scenarios: control.scenarios() }))
  app.delete('/scenarios', (c) => {
    control.clearScenarios()
    return c.body(null, 204)
  })
  app.all('/scenarios', methodNotAllowed('GET', 'DELETE'))
  app.put('/scenarios/:provider/:name', async (c) => {
    const times = await readTimes(c)
    return c.json(control.setScenario(c.req.param('provider'), c.req.param('name'), times))
  })
  app.delete('/scenarios/:provider/:name', (c) =>
    c.json(control.clearScenario(c.req.param('provider'), c.req.param('name'))),
  )
  app.all('/scenarios/:provider/:name', methodNotAllowed('PUT', 'DELETE'))

  app.post('/clock', async (c) => {
    const seconds = (await readMembers(c, ['advanceSeconds'])).get('advanceSeconds')
    if (typeof seconds !== 'number' || seconds < 0) {
      throw new ControlError(400, '"advanceSeconds" must be a number of seconds, zero or more.')
    }
    return c.json({ now: new Date(control.advance(seconds)).toISOString() })
  })
  app.all('/clock', methodNotAllowed('POST'))

  app.post('/webhooks', async (c) => {
    const members = await readJsonObject(c)
    const answer = (members.get('target') ?? null) === null ? webhooks.build : webhooks.send
    return c.json(await answer(members))
  })
  app.all('/webhooks', methodNotAllowed('POST'))

  app.post('/reset', (c) => {
    control.reset()
    return c.body(null, 204)
  })
  app.all('/reset', methodNotAllowed('POST'))

  for (const provider of providers) {
    if (provider.control !== undefined) app.route(`/${provider.name}`, provider.control)
  }

  app.route('/:provider', grantControlRoutes(personalities.control))

  app.notFound((c) => c.json({ error: `There is no control route ${c.req.path}.` }, 404))
  app.onError((error, c) => {
    if (error instanceof ControlError) return c.json({ error: error.message }, error.status)
    if (error instanceof UnknownScenarioError) return c.json({ error: error.message }, 404)
    if (error instanceof RangeError) return c.json({ error: error.message }, 400)
    throw error
  })
  return app
}

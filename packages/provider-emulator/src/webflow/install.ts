import { Hono } from 'hono'
import { ControlError, readMembers } from '../control/json-body.ts'
import { methodNotAllowed } from '../control/method-not-allowed.ts'
import { successLocation } from './authorization-response.ts'
import type { WebflowModel } from './model.ts'
import { preselect, readSelection, selectionOf } from './selection.ts'

const isTextList = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'string')

/**
 * Installs an app as a link in the Webflow marketplace does: nobody at the app started this, so the
 * code arrives without a state, and no redirect_uri was sent.
 */
export function installRoutes({ config, codes, surroundings }: WebflowModel): Hono {
  const app = new Hono()

  app.post('/install', async (c) => {
    const members = await readMembers(c, ['clientId', 'siteIds'])
    const clientId = members.get('clientId') ?? config.clients[0]?.id
    const client = config.clients.find(({ id }) => id === clientId)
    if (client === undefined) throw new ControlError(400, '"clientId" belongs to no app.')
    const siteIds = members.get('siteIds')
    if (siteIds !== undefined && !isTextList(siteIds)) {
      throw new ControlError(400, '"siteIds" must be a list of site ids.')
    }

    const parameters = new URLSearchParams()
    const selection =
      siteIds === undefined
        ? selectionOf(preselect(config, client, parameters))
        : readSelection(config, client, { workspaceId: undefined, siteIds })
    if (typeof selection === 'string') throw new ControlError(400, selection)
    const request = {
      client,
      redirectUri: client.redirectUris[0] ?? '',
      sentRedirectUri: undefined,
      state: undefined,
      scopes: client.scopes,
      challenge: undefined,
      parameters,
    }
    const { scenarios } = surroundings
    return c.json({ location: successLocation({ scenarios, codes }, request, selection) })
  })
  app.all('/install', methodNotAllowed('POST'))

  return app
}

import { Hono } from 'hono'
import { ControlError, methodNotAllowed, readMembers, textListMember, textMember } from '../control/control-request.ts'
import { type GrantControl, grantControlRoutes } from '../control/grant-control.ts'
import { successLocation } from './authorization-response.ts'
import { createWebflowGrantControl } from './grant-control.ts'
import type { WebflowModel } from './model.ts'
import { preselect, readSelection, toSelection } from './selection.ts'

/** The control of the emulated Webflow. `/_emulator/webflow` offers the same over HTTP. */
export interface WebflowControl extends GrantControl {
  /**
   * Installs an app from the Webflow marketplace. The app did not start the login, so the code comes
   * without a state, and no redirect_uri was sent.
   *
   * Throws for an unknown app or site.
   */
  install(options?: { readonly clientId?: string | undefined; readonly siteIds?: readonly string[] | undefined }): {
    location: string
  }
}

export const createWebflowControl = (model: WebflowModel): WebflowControl => ({
  ...createWebflowGrantControl(model),
  install({ clientId = model.config.clients[0]?.id, siteIds } = {}) {
    const { config, codes, services } = model
    const client = config.clients.find(({ id }) => id === clientId)
    if (client === undefined) {
      throw new ControlError(400, '"clientId" is not the id of a registered app.')
    }
    const parameters = new URLSearchParams()
    const selection =
      siteIds === undefined
        ? toSelection(preselect(config, client, parameters))
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
    const { scenarios } = services
    return { location: successLocation({ scenarios, codes }, request, selection) }
  },
})

export const LINKED_ROUTES = ['/grants']

export function webflowControlRoutes(control: WebflowControl): Hono {
  const app = new Hono()
  app.post('/install', async (c) => {
    const members = await readMembers(c, ['clientId', 'siteIds'])
    const clientId = textMember(members, 'clientId')
    return c.json(control.install({ clientId, siteIds: textListMember(members, 'siteIds') }))
  })
  app.all('/install', methodNotAllowed('POST'))
  app.route(
    '/',
    grantControlRoutes(() => control),
  )
  return app
}

import { ControlError } from '../control/members.ts'
import { successLocation } from './authorization-response.ts'
import type { WebflowModel } from './model.ts'
import { preselect, readSelection, selectionOf } from './selection.ts'

/** What a test can do to the emulated Webflow; `/_emulator/webflow` offers the same over HTTP. */
export interface WebflowControl {
  /**
   * Installs an app as a link in the Webflow marketplace does: nobody at the app started this, so
   * the code arrives without a state, and no redirect_uri was sent.
   *
   * Throws when the app or a site is not known.
   */
  install(options?: {
    readonly clientId?: string | undefined
    readonly siteIds?: readonly string[] | undefined
  }): { location: string }
}

export const createWebflowControl = ({
  config,
  codes,
  surroundings,
}: WebflowModel): WebflowControl => ({
  install({ clientId = config.clients[0]?.id, siteIds } = {}) {
    const client = config.clients.find(({ id }) => id === clientId)
    if (client === undefined) throw new ControlError(400, '"clientId" belongs to no app.')
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
    return { location: successLocation({ scenarios, codes }, request, selection) }
  },
})

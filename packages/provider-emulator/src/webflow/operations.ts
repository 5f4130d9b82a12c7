import { grantOperations } from '../control/grant-operations.ts'
import type { ProviderOperations } from '../control/operations.ts'
import type { WebflowControl } from './control.ts'
import type { WebflowModel } from './model.ts'

/** What the control page offers for Webflow: the grants of apps, and the install from the marketplace. */
export function createWebflowOperations({ config, grants }: WebflowModel, control: WebflowControl): ProviderOperations {
  const { firstName, lastName } = config.user

  function selectionOf(grantId: string): string {
    const selection = grants.list().find(({ id }) => id === grantId)?.selection
    const workspaces = config.workspaces.filter(({ id }) => selection?.workspaceIds.includes(id))
    const sites = config.sites.filter(({ id }) => selection?.siteIds.includes(id))
    return [
      ...workspaces.map(({ name }) => `the whole workspace ${name}`),
      ...sites.map(({ displayName }) => displayName),
    ].join(', ')
  }

  return {
    ...grantOperations(control, ({ id, scopes }) => ({
      who: `${firstName} ${lastName}`,
      details: [
        { label: 'Sites', text: selectionOf(id) },
        { label: 'Scopes', text: scopes.join(', ') },
      ],
    })),
    install: {
      label: 'Install from the marketplace',
      choices: config.sites.map(({ id, displayName }) => ({ value: id, label: displayName })),
      run(siteId) {
        const { location } = control.install({ siteIds: [siteId] })
        const text =
          'The user installed the app in the marketplace. Webflow now opens the app, with a code and no state.'
        return { text, next: { href: location, label: 'Open the app as Webflow does' } }
      },
    },
  }
}

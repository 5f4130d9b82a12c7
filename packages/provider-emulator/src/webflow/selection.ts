import type { WebflowClient, WebflowConfig } from './config.ts'
import type { WebflowWorkspace } from './options.ts'

/** The user's selection: some sites of one workspace, or a whole workspace. */
export interface Selection {
  readonly siteIds: readonly string[]
  readonly workspaceIds: readonly string[]
}

export interface Preselection {
  /** The workspace that is selected as a whole, or whose sites are selected. */
  readonly workspace: WebflowWorkspace
  readonly wholeWorkspace: boolean
  readonly siteIds: readonly string[]
}

/** The initial selection of the consent page: from the request, or all sites of the first workspace. */
export function preselect(config: WebflowConfig, client: WebflowClient, parameters: URLSearchParams): Preselection {
  const singleSite = client.installation === 'single-site'
  const asked = config.workspaces.find(({ slug }) => slug === parameters.get('workspace'))
  const workspace = asked ?? config.workspaces[0]
  if (workspace === undefined) throw new Error('"workspaces": there is no workspace to choose.')
  const offered = config.sites.filter((site) => site.workspaceId === workspace.id)
  const named =
    config.siteParameter === 'preselects' ? offered.filter((site) => parameters.getAll('site').includes(site.id)) : []
  const siteIds = (named.length > 0 ? named : offered).map(({ id }) => id)
  return {
    workspace,
    wholeWorkspace: asked !== undefined && named.length === 0 && !singleSite,
    siteIds: singleSite ? siteIds.slice(0, 1) : siteIds,
  }
}

export function toSelection({ workspace, wholeWorkspace, siteIds }: Preselection): Selection {
  return wholeWorkspace ? { siteIds: [], workspaceIds: [workspace.id] } : { siteIds, workspaceIds: [] }
}

/** Reads the selection of a form or a control request. Returns a text if it is wrong. */
export function readSelection(
  config: WebflowConfig,
  client: WebflowClient,
  chosen: { readonly workspaceId: string | undefined; readonly siteIds: readonly string[] },
): Selection | string {
  const singleSite = client.installation === 'single-site'
  if (chosen.workspaceId !== undefined) {
    if (singleSite) return 'This app can be installed on a single site only.'
    if (!config.workspaces.some(({ id }) => id === chosen.workspaceId)) {
      return `There is no workspace ${chosen.workspaceId}.`
    }
    return { siteIds: [], workspaceIds: [chosen.workspaceId] }
  }

  const siteIds = [...new Set(chosen.siteIds)]
  const unknown = siteIds.find((id) => !config.sites.some((site) => site.id === id))
  if (unknown !== undefined) return `There is no site ${unknown}.`
  if (siteIds.length === 0) return 'Choose at least one site, or a whole workspace.'
  if (singleSite && siteIds.length > 1) return 'This app can be installed on a single site only.'
  const sites = config.sites.filter(({ id }) => siteIds.includes(id))
  if (new Set(sites.map(({ workspaceId }) => workspaceId)).size > 1) {
    return 'Choose sites of one workspace only. Install the app again for another workspace.'
  }
  return { siteIds: sites.map(({ id }) => id), workspaceIds: [] }
}

export function coversSite(
  { siteIds, workspaceIds }: Selection,
  site: { readonly id: string; readonly workspaceId: string },
): boolean {
  return siteIds.includes(site.id) || workspaceIds.includes(site.workspaceId)
}

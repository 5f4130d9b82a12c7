import { type Fixtures, idAt, type SiteFixture, slugOf } from '../fixtures.ts'
import { DEFAULT_WEBFLOW_SITES, DEFAULT_WEBFLOW_USER, DEFAULT_WEBFLOW_WORKSPACE } from './config.ts'
import type { WebflowOptions, WebflowSite, WebflowWorkspace } from './options.ts'

const workspacesOf = ({ workspaces }: Fixtures): readonly WebflowWorkspace[] =>
  workspaces?.map(({ name }, index) => ({
    id: idAt([DEFAULT_WEBFLOW_WORKSPACE.id], index),
    slug: slugOf(name),
    name,
  })) ?? [DEFAULT_WEBFLOW_WORKSPACE]

function siteOf({ name, workspace, url }: SiteFixture, index: number, workspaces: readonly WebflowWorkspace[]) {
  const id = idAt(
    DEFAULT_WEBFLOW_SITES.map((site) => site.id),
    index,
  )
  const owner = workspaces.find((candidate) => candidate.name === workspace) ?? workspaces[0]
  const site: WebflowSite = {
    id,
    workspaceId: owner?.id ?? '',
    displayName: name,
    shortName: slugOf(name),
    customDomains: url === undefined ? [] : [{ id: `${id.slice(0, 20)}d0d0`, url: new URL(url).host }],
  }
  return site
}

/** The user, the workspaces and the sites of fixtures. Default sites move to the first workspace. */
export function webflowData(fixtures: Fixtures): Pick<WebflowOptions, 'user' | 'workspaces' | 'sites'> {
  const { people, sites } = fixtures
  const workspaces = workspacesOf(fixtures)
  const [first, ...last] = people?.[0]?.name.split(' ') ?? []
  const user = {
    ...DEFAULT_WEBFLOW_USER,
    email: people?.[0]?.email ?? '',
    firstName: first ?? '',
    lastName: last.join(' '),
  }
  const given = sites?.map((site, index) => siteOf(site, index, workspaces))
  const moved = DEFAULT_WEBFLOW_SITES.map((site) => ({ ...site, workspaceId: workspaces[0]?.id ?? '' }))
  return {
    ...(people === undefined ? {} : { user }),
    ...(fixtures.workspaces === undefined ? {} : { workspaces, sites: moved }),
    ...(given === undefined ? {} : { sites: given }),
  }
}

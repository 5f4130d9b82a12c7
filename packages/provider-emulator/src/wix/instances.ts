import type { WixApp } from './config.ts'
import type { WixSite } from './options.ts'

/** One app on one site. It keeps its id when the app is removed and comes back. */
export interface Instance {
  readonly instanceId: string
  readonly app: WixApp
  readonly site: WixSite
  /** Set on a copy of a site. */
  readonly originInstanceId: string | null
  installed: boolean
  /** Counts the installs: what was issued during an earlier one is dead. */
  installation: number
  /** Whether the app said that it finished its configuration. */
  configured: boolean
  /** The names of the events the app sent. */
  readonly events: string[]
}

export interface Instances {
  /** Installs the app on the site, or finds it there. */
  install(app: WixApp, site: WixSite): Instance
  remove(instance: Instance): void
  /** Copies the site with everything on it, as nobody asked the app. */
  clone(instance: Instance): Instance
  find(instanceId: string): Instance | undefined
  list(): Instance[]
  reset(): void
}

export function createInstances(): Instances {
  const instances = new Map<string, Instance>()

  const add = (app: WixApp, site: WixSite, originInstanceId: string | null): Instance => {
    const instance: Instance = {
      instanceId: crypto.randomUUID(),
      app,
      site,
      originInstanceId,
      installed: true,
      installation: 1,
      configured: false,
      events: [],
    }
    instances.set(instance.instanceId, instance)
    return instance
  }

  return {
    install(app, site) {
      const found = [...instances.values()].find(
        (candidate) => candidate.app === app && candidate.site.siteId === site.siteId,
      )
      if (found === undefined) return add(app, site, null)
      if (!found.installed) {
        found.installed = true
        found.installation += 1
        found.configured = false
      }
      return found
    },
    remove(instance) {
      instance.installed = false
    },
    clone({ instanceId, app, site }) {
      const { url: _unpublished, ...rest } = site
      const siteDisplayName = `Copy of ${site.siteDisplayName}`
      return add(app, { ...rest, siteId: crypto.randomUUID(), siteDisplayName }, instanceId)
    },
    find: (instanceId) => instances.get(instanceId),
    list: () => [...instances.values()],
    reset: () => instances.clear(),
  }
}

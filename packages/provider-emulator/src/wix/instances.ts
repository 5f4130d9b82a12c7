import type { WixApp } from './config.ts'
import type { WixSite } from './options.ts'

/** An app on a site. A removed app keeps its instance id and gets it again when it is reinstalled. */
export interface Instance {
  readonly instanceId: string
  readonly app: WixApp
  readonly site: WixSite
  /** The instance that was copied. Null if the site is not a copy. */
  readonly originInstanceId: string | null
  installed: boolean
  /** The number of installs. Codes and tokens of earlier installs are invalid. */
  installation: number
  /** Whether the app reported that its configuration is finished. */
  configured: boolean
  /** The names of the events that the app sent. */
  readonly events: string[]
}

export interface Instances {
  /** Installs the app on the site, or returns the installed instance. */
  install(app: WixApp, site: WixSite): Instance
  remove(instance: Instance): void
  /** Copies the site with the app, without asking the app. */
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

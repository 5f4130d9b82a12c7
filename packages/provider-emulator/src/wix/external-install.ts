import { randomHex } from '../encoding.ts'
import { deniesAtOnce } from '../faults/authorization.ts'
import type { ProviderPages } from '../pages.ts'
import type { ProviderBindings } from '../provider.ts'
import { isInsecureUrl, type Parameters, parseWebUrl, redirectTo, withParameters } from '../urls.ts'
import type { WixApp, WixConfig } from './config.ts'
import { createInstances, type Instance } from './instances.ts'
import { createRoutes, type WixModel } from './model.ts'
import type { WixSite } from './options.ts'
import { installedPage, installPage, pagesOf, respondToRefusal } from './pages.ts'
import { instancePayload, signedInstanceOf } from './signed-instance.ts'

const DAY_MS = 24 * 60 * 60 * 1000

/** An instance of another registered app on that site, or else of an unregistered app. */
function foreignInstance({ config, instances }: WixModel, { app, site }: Instance): Instance {
  const other = config.apps.find((candidate) => candidate !== app)
  if (other !== undefined) return instances.install(other, site)
  const unregistered = { ...app, appId: crypto.randomUUID(), secret: randomHex(16) }
  return createInstances().install(unregistered, site)
}

/** Replaces the first character, so that the signature stays base64url of the same length. */
const tampered = (value: string): string => `${value.startsWith('A') ? 'B' : 'A'}${value.slice(1)}`

async function signedInstanceParameters(model: WixModel, instance: Instance): Promise<Parameters> {
  const { config, services } = model
  const { scenarios, clock } = services
  if (scenarios.consume('installer-without-signed-instance')) return []
  const signed = scenarios.consume('installer-foreign-app') ? foreignInstance(model, instance) : instance
  const age = scenarios.consume('installer-stale-signed-instance') ? DAY_MS : 0
  const payload = instancePayload(config, signed, { signedAt: clock.now() - age })
  const value = await signedInstanceOf(config, signed.app, payload)
  const isTampered = scenarios.consume('installer-tampered-signature')
  return [['signedInstance', isTampered ? tampered(value) : value]]
}

/** The redirect location after an external install. It has no code. */
async function externalInstallLocation(
  model: WixModel,
  postInstallationUrl: string,
  instance: Instance,
): Promise<string> {
  const { scenarios } = model.services
  const base = scenarios.consume('installer-drops-state')
    ? (postInstallationUrl.split(/[?#]/)[0] ?? '')
    : postInstallationUrl
  const instanceId = scenarios.consume('installer-foreign-instance') ? crypto.randomUUID() : instance.instanceId
  const tenantId = scenarios.consume('installer-foreign-tenant') ? crypto.randomUUID() : instance.site.siteId
  return withParameters(base, [
    ['appId', instance.app.appId],
    ['tenantId', tenantId],
    ['instanceId', instanceId],
    ...(await signedInstanceParameters(model, instance)),
  ])
}

interface ExternalInstall {
  readonly app: WixApp
  readonly postInstallationUrl: string | undefined
}

const withoutQuery = (address: string): string => {
  const { origin, pathname } = new URL(address)
  return `${origin}${pathname}`
}

/** Reads an install link. Returns a text if the link is wrong. */
function readLink(config: WixConfig, parameters: URLSearchParams): ExternalInstall | string {
  const app = config.apps.find(({ appId }) => appId === parameters.get('appId'))
  if (app === undefined) return 'The appId is missing or unknown.'
  if (app.shareUrlId !== undefined && app.shareUrlId !== parameters.get('shareUrlId')) {
    return 'This app is unlisted, and the shareUrlId of the link is missing or wrong.'
  }
  const postInstallationUrl = parameters.get('postInstallationUrl') ?? undefined
  if (postInstallationUrl === undefined) return { app, postInstallationUrl }
  const url = parseWebUrl(postInstallationUrl)
  if (url === undefined || isInsecureUrl(url)) {
    return `The postInstallationUrl "${postInstallationUrl}" is not an https URL.`
  }
  if (config.postInstallationUrls === 'registered') {
    const registered = app.postInstallationUrls.map(withoutQuery)
    if (!registered.includes(withoutQuery(postInstallationUrl))) {
      return `The postInstallationUrl "${postInstallationUrl}" is not registered for this app.`
    }
  }
  return { app, postInstallationUrl }
}

/** The external install: the page that an app links to, and its form. */
export function externalInstallRoutes(model: WixModel) {
  const { config, instances, services } = model
  const pendingInstalls = new Map<string, ExternalInstall>()
  const app = createRoutes()

  const pagesFor = (bindings: ProviderBindings, link: ExternalInstall) =>
    pagesOf(config, bindings, link.app, link.postInstallationUrl)

  async function install(pages: ProviderPages, link: ExternalInstall, site: WixSite): Promise<Response> {
    const instance = instances.install(link.app, site)
    if (link.postInstallationUrl === undefined) return installedPage(pages, link.app, site)
    return redirectTo(await externalInstallLocation(model, link.postInstallationUrl, instance))
  }

  app.get('/app-installer', (c) => {
    const parameters = new URL(c.req.url).searchParams
    const link = readLink(config, parameters)
    if (typeof link === 'string') {
      const asking = config.apps.find(({ appId }) => appId === parameters.get('appId'))
      return pagesOf(config, c.env, asking).error(link)
    }
    const pages = pagesFor(c.env, link)
    const [site] = config.sites
    if (deniesAtOnce(services.scenarios)) {
      return respondToRefusal(pages, config.installerCancel, link.app, link.postInstallationUrl, [])
    }
    if (services.consent === 'auto' && site !== undefined) return install(pages, link, site)
    const requestId = randomHex(16)
    pendingInstalls.set(requestId, link)
    return installPage(pages, config, { requestId, app: link.app, destination: link.postInstallationUrl })
  })

  app.post('/app-installer', async (c) => {
    const form = new URLSearchParams(await c.req.text())
    const link = pendingInstalls.get(form.get('request') ?? '')
    if (link === undefined) {
      return pagesOf(config, c.env).error("We don't know this install. Go back to the app and start again.")
    }
    const pages = pagesFor(c.env, link)
    const decision = form.get('decision')
    if (decision === 'cancel') {
      return respondToRefusal(pages, config.installerCancel, link.app, link.postInstallationUrl, [])
    }
    if (decision !== 'install') return pages.error('Choose Install or Cancel.')
    const site = config.sites.find(({ siteId }) => siteId === form.get('site'))
    return site === undefined ? pages.error('Choose one of your sites.') : install(pages, link, site)
  })

  return { app, reset: () => pendingInstalls.clear() }
}

import { randomHex } from '../random-hex.ts'
import { redirectTo } from '../redirect.ts'
import { isInsecure, webAddress } from '../web-address.ts'
import type { WixApp, WixConfig } from './config.ts'
import { externalInstallLocation } from './external-install-response.ts'
import { createRoutes, type WixModel } from './model.ts'
import { errorPage, installedPage, installPage } from './pages.ts'
import { refuse } from './refusal.ts'
import type { WixSite } from './resources.ts'

interface ExternalInstall {
  readonly app: WixApp
  readonly postInstallationUrl: string | undefined
}

const withoutQuery = (address: string): string => {
  const { origin, pathname } = new URL(address)
  return `${origin}${pathname}`
}

/** What an install link asks for; a string says what is wrong with it. */
function readLink(config: WixConfig, parameters: URLSearchParams): ExternalInstall | string {
  const app = config.apps.find(({ appId }) => appId === parameters.get('appId'))
  if (app === undefined) return 'The appId is missing or belongs to no app.'
  if (app.shareUrlId !== undefined && app.shareUrlId !== parameters.get('shareUrlId')) {
    return 'This app is not listed; its link needs the right shareUrlId.'
  }
  const postInstallationUrl = parameters.get('postInstallationUrl') ?? undefined
  if (postInstallationUrl === undefined) return { app, postInstallationUrl }
  const url = webAddress(postInstallationUrl)
  if (url === undefined || isInsecure(url)) {
    return `The postInstallationUrl "${postInstallationUrl}" is not an https address.`
  }
  if (config.postInstallationUrls === 'registered') {
    const registered = app.postInstallationUrls.map(withoutQuery)
    if (!registered.includes(withoutQuery(postInstallationUrl))) {
      return `The postInstallationUrl "${postInstallationUrl}" is not registered for this app.`
    }
  }
  return { app, postInstallationUrl }
}

/** The install page that an app links to, and the form it posts back. */
export function externalInstallRoutes(model: WixModel) {
  const { config, instances, surroundings } = model
  const waiting = new Map<string, ExternalInstall>()
  const app = createRoutes()

  async function install(link: ExternalInstall, site: WixSite): Promise<Response> {
    const instance = instances.install(link.app, site)
    if (link.postInstallationUrl === undefined) return installedPage(link.app, site)
    return redirectTo(await externalInstallLocation(model, link.postInstallationUrl, instance))
  }

  app.get('/app-installer', (c) => {
    const link = readLink(config, new URL(c.req.url).searchParams)
    if (typeof link === 'string') return errorPage(link)
    const [site] = config.sites
    if (surroundings.consent === 'auto' && site !== undefined) return install(link, site)
    const requestId = randomHex(16)
    waiting.set(requestId, link)
    return installPage(config, { requestId, app: link.app, destination: link.postInstallationUrl })
  })

  app.post('/app-installer', async (c) => {
    const form = new URLSearchParams(await c.req.text())
    const link = waiting.get(form.get('request') ?? '')
    if (link === undefined) return errorPage('This install is not known here.')
    const decision = form.get('decision')
    if (decision === 'cancel') {
      return refuse(config.installerCancel, link.app, link.postInstallationUrl, [])
    }
    if (decision !== 'install') return errorPage('Choose Install or Cancel.')
    const site = config.sites.find(({ siteId }) => siteId === form.get('site'))
    return site === undefined ? errorPage('Choose one of your sites.') : install(link, site)
  })

  return { app, reset: () => waiting.clear() }
}

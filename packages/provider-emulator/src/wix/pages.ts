import { html } from 'hono/html'
import type { Markup } from '../html-page.ts'
import { appLink, type ProviderPages, providerPages, type Question } from '../pages.ts'
import type { ProviderBindings } from '../provider.ts'
import type { ScopeWords } from '../scope-words.ts'
import { type Parameters, redirectTo, withParameters } from '../urls.ts'
import { MANAGE_APP_INSTANCE, type WixApp, type WixConfig } from './config.ts'
import type { WixRefusal, WixSite } from './options.ts'

const PERMISSION_WORDS: ScopeWords = { [MANAGE_APP_INSTANCE]: 'See and manage its own installation on your site' }

const pagesFor = providerPages('Emulated Wix, not the real one')

/** The pages of a request, for this app or the first one. `destination` is where its answer would go. */
export function pagesOf(
  { apps: [first] }: WixConfig,
  { controlPage }: ProviderBindings,
  app: WixApp | undefined = first,
  destination: string | undefined = app?.redirectUrls[0] ?? app?.appUrl,
): ProviderPages {
  return pagesFor({ controlPage, app: app && appLink(app.name, destination) })
}

const cancelledPage = (pages: ProviderPages, { name }: WixApp): Promise<Response> =>
  pages.notice('Cancelled', `${name} was not installed. You can close this window.`)

export const installedPage = (
  pages: ProviderPages,
  { name }: WixApp,
  { siteDisplayName }: WixSite,
): Promise<Response> => pages.notice('Installed', `${name} is now installed on ${siteDisplayName}.`)

/** The page closes its window where the browser lets it: a script has to have opened the window. */
export const closeWindowPage = (pages: ProviderPages): Promise<Response> =>
  pages.notice('Done', 'You can close this window now.', 200, 'close()')

function siteFields({ sites }: WixConfig): Markup {
  return html`<fieldset><legend>On which site?</legend>${sites.map(
    ({ siteId, siteDisplayName }, index) => html`
<label><input type="radio" name="site" value="${siteId}"${index === 0 ? ' checked' : ''}>
${siteDisplayName}</label>`,
  )}</fieldset>`
}

interface Installation {
  readonly requestId: string
  readonly app: WixApp
  /** The address of the authorization response. */
  readonly destination: string | undefined
}

function commonQuestion(
  { owner }: WixConfig,
  { requestId, app, destination }: Installation,
): Pick<Question, 'signedInAs' | 'requested' | 'requestId' | 'destination'> {
  return {
    signedInAs: `${owner.name} (${owner.email})`,
    requested: { names: app.permissions, words: PERMISSION_WORDS },
    requestId,
    destination,
  }
}

/** The page of an external install. */
export function installPage(pages: ProviderPages, config: WixConfig, installation: Installation): Promise<Response> {
  return pages.question({
    ...commonQuestion(config, installation),
    title: `Install ${installation.app.name} on your site?`,
    action: 'app-installer',
    fields: siteFields(config),
    accept: ['install', 'Install'],
    refuse: ['cancel', 'Cancel'],
  })
}

/** The permission page of custom authentication. The site is fixed if Wix started the install. */
export function permissionPage(
  pages: ProviderPages,
  config: WixConfig,
  installation: Installation,
  site: WixSite | undefined,
): Promise<Response> {
  return pages.question({
    ...commonQuestion(config, installation),
    title: `Allow ${installation.app.name} to access your site?`,
    action: 'install',
    fields: site === undefined ? siteFields(config) : html`<p>Site: ${site.siteDisplayName}</p>`,
    accept: ['allow', 'Allow'],
    refuse: ['deny', 'Deny'],
  })
}

/** Answers a user who cancels or denies, as configured. */
export function respondToRefusal(
  pages: ProviderPages,
  refusal: WixRefusal,
  app: WixApp,
  destination: string | undefined,
  parameters: Parameters,
): Response | Promise<Response> {
  if (refusal === 'page' || destination === undefined) return cancelledPage(pages, app)
  if (refusal === 'redirect') return redirectTo(destination)
  return redirectTo(withParameters(destination, [['error', 'access_denied'], ...parameters]))
}

import { html } from 'hono/html'
import type { Markup } from '../html-page.ts'
import { destinationOf, providerPages, type Question } from '../pages.ts'
import { type Parameters, redirectTo, withParameters } from '../urls.ts'
import type { WixApp, WixConfig } from './config.ts'
import type { WixRefusal, WixSite } from './options.ts'

const pages = providerPages('Emulated Wix, not the real one')

export const errorPage = pages.error

const cancelledPage = ({ name }: WixApp): Promise<Response> =>
  pages.notice('Cancelled', `${name} was not installed. You can close this window.`)

export const installedPage = ({ name }: WixApp, { siteDisplayName }: WixSite): Promise<Response> =>
  pages.notice('Installed', `${name} is now installed on ${siteDisplayName}.`)

export const closeWindowPage = (): Promise<Response> => pages.notice('Done', 'You can close this window now.')

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
): Pick<Question, 'about' | 'requested' | 'requestId'> {
  const who = `Signed in as ${owner.name} (${owner.email}).`
  return {
    about: html`${who} ${destinationOf(destination)}`,
    requested: { heading: 'The app requests these permissions', names: app.permissions },
    requestId,
  }
}

/** The page of an external install. */
export function installPage(config: WixConfig, installation: Installation): Promise<Response> {
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
  refusal: WixRefusal,
  app: WixApp,
  destination: string | undefined,
  parameters: Parameters,
): Response | Promise<Response> {
  if (refusal === 'page' || destination === undefined) return cancelledPage(app)
  if (refusal === 'redirect') return redirectTo(destination)
  return redirectTo(withParameters(destination, [['error', 'access_denied'], ...parameters]))
}

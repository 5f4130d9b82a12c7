import { checkRegisteredUrl } from '../urls.ts'
import {
  DEFAULT_WIX_APP,
  DEFAULT_WIX_OWNER,
  DEFAULT_WIX_SITES,
  MANAGE_APP_INSTANCE,
} from './defaults.ts'
import type { WixAppOptions, WixOptions, WixTokenErrors } from './options.ts'

type Unset = 'appUrl' | 'shareUrlId' | 'privateKey'

export type WixApp = Required<Omit<WixAppOptions, Unset>> & Pick<WixAppOptions, Unset>

export interface WixConfig
  extends Required<Omit<WixOptions, 'apps' | 'tokenErrors' | 'legacyTokenErrors'>> {
  readonly apps: readonly WixApp[]
  readonly tokenErrors: WixTokenErrors
  readonly legacyTokenErrors: WixTokenErrors
}

/** The PEM as written, or as pasted into one line with `\n` for line breaks. */
const unescapePem = (pem: string): string => pem.replaceAll('\\n', '\n').trim()

function resolveApp(app: WixAppOptions): WixApp {
  const { appUrl, redirectUrls = [], postInstallationUrls = [], privateKey } = app
  for (const url of redirectUrls) checkRegisteredUrl('redirectUrls', url, 'loopback')
  for (const url of postInstallationUrls) {
    checkRegisteredUrl('postInstallationUrls', url, 'loopback')
  }
  if (appUrl !== undefined) checkRegisteredUrl('appUrl', appUrl, 'loopback')
  if (privateKey !== undefined && !privateKey.includes('-----BEGIN PRIVATE KEY-----')) {
    throw new Error('"privateKey" must be PKCS #8 in PEM: it begins with BEGIN PRIVATE KEY.')
  }
  return {
    name: 'MY_SHINY_APP',
    version: '0.0.53',
    permissions: [MANAGE_APP_INSTANCE],
    readsOwnerEmail: false,
    ...app,
    redirectUrls,
    postInstallationUrls,
    ...(privateKey === undefined ? {} : { privateKey: unescapePem(privateKey) }),
  }
}

const errors = (shape: 'ietf' | 'wix', chosen: Partial<WixTokenErrors> = {}): WixTokenErrors => ({
  shape,
  request: 400,
  client: 401,
  grant: 400,
  removed: 400,
  ...chosen,
})

/** Fills in the defaults and refuses what cannot work, naming the setting. */
export function resolveConfig(options: WixOptions = {}): WixConfig {
  const apps = options.apps ?? [DEFAULT_WIX_APP]
  const sites = options.sites ?? DEFAULT_WIX_SITES
  if (apps.length === 0) throw new Error('"apps": there must be at least one.')
  if (sites.length === 0) throw new Error('"sites": there must be at least one.')
  return {
    owner: DEFAULT_WIX_OWNER,
    rateLimit: 200,
    accessTokenSeconds: 4 * 60 * 60,
    legacyAccessTokenSeconds: 5 * 60,
    codeSeconds: 10 * 60,
    instanceSeconds: 4 * 60 * 60,
    signedInstanceFormat: 'instance',
    instancePermissions: 'OWNER',
    formBodies: 'refused',
    postInstallationUrls: 'any',
    installerCancel: 'page',
    permissionDeny: 'page',
    unknownTokenInfo: 'inactive',
    bearerPrefix: 'refused',
    instanceAuthorization: 'accepted',
    expiredTokenStatus: 401,
    removedAppStatus: 401,
    webhookContentType: 'text/plain',
    ...options,
    apps: apps.map(resolveApp),
    sites,
    tokenErrors: errors('ietf', options.tokenErrors),
    legacyTokenErrors: errors('wix', options.legacyTokenErrors),
  }
}

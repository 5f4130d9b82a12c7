import { checkRegisteredUrl } from '../urls.ts'
import type { WixAppOptions, WixOptions, WixOwner, WixSite, WixTokenErrors } from './options.ts'

/** The permission that Get App Instance requires. */
export const MANAGE_APP_INSTANCE = 'WIX_DEVELOPERS.MANAGE_APP_INSTANCE'

/** The app that is registered by default. */
export const DEFAULT_WIX_APP: WixAppOptions = {
  appId: '9f0c5a3e-2b64-4c1d-8f37-6d1e0b9a4c52',
  secret: '3d7e8f10-5a2b-4e6c-9d81-7c4b2a1f0e63',
  appUrl: 'http://localhost:8787/auth/wix-legacy/login',
  redirectUrls: ['http://localhost:8787/auth/wix-legacy/callback'],
  webhookUrl: 'http://localhost:8787/auth/wix/webhook',
}

/** The owner of the sites, who installs the app. */
export const DEFAULT_WIX_OWNER: WixOwner = {
  id: '4c1e7b2a-9d35-4f68-a0c7-2e8b5d613f94',
  accountId: 'b7d2f0e4-6a18-4c93-8e5f-1a09c4d7b326',
  name: 'Ada Example',
  email: 'ada@example.com',
}

/** Three sites of the owner. The last one is not published. */
export const DEFAULT_WIX_SITES: readonly WixSite[] = [
  {
    siteId: '64fc2d7e-1c0b-4f5a-9b8d-3e7a6c210f41',
    siteDisplayName: 'Mysite 34',
    url: 'https://ada.wixsite.example/mysite-34',
    locale: 'en',
    paymentCurrency: 'EUR',
  },
  {
    siteId: '64fc2d7e-1c0b-4f5a-9b8d-3e7a6c210f42',
    siteDisplayName: 'Ada Photography',
    url: 'https://photography.example',
    locale: 'he',
    paymentCurrency: 'ILS',
  },
  {
    siteId: '64fc2d7e-1c0b-4f5a-9b8d-3e7a6c210f43',
    siteDisplayName: 'Draft of a shop',
    locale: 'en',
    paymentCurrency: 'USD',
  },
]

type Unset = 'appUrl' | 'webhookUrl' | 'shareUrlId' | 'privateKey'

export type WixApp = Required<Omit<WixAppOptions, Unset>> & Pick<WixAppOptions, Unset>

export interface WixConfig extends Required<Omit<WixOptions, 'apps' | 'tokenErrors' | 'legacyTokenErrors'>> {
  readonly apps: readonly WixApp[]
  readonly tokenErrors: WixTokenErrors
  readonly legacyTokenErrors: WixTokenErrors
}

/** Reads a PEM text, also one on a single line with `\n` for line breaks. */
const unescapePem = (pem: string): string => pem.replaceAll('\\n', '\n').trim()

function resolveApp(app: WixAppOptions, appName: string): WixApp {
  const { appUrl, webhookUrl, redirectUrls = [], postInstallationUrls = [], privateKey } = app
  for (const url of redirectUrls) checkRegisteredUrl('redirectUrls', url, 'loopback')
  for (const url of postInstallationUrls) {
    checkRegisteredUrl('postInstallationUrls', url, 'loopback')
  }
  if (appUrl !== undefined) checkRegisteredUrl('appUrl', appUrl, 'loopback')
  if (webhookUrl !== undefined) checkRegisteredUrl('webhookUrl', webhookUrl, 'loopback')
  if (privateKey !== undefined && !privateKey.includes('-----BEGIN PRIVATE KEY-----')) {
    throw new Error('"privateKey" must be PKCS #8 in PEM: it begins with BEGIN PRIVATE KEY.')
  }
  return {
    name: appName,
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

/** Adds the defaults. Throws for a setting that cannot work, and names it. */
export function resolveConfig(options: WixOptions | undefined = {}, appName: string): WixConfig {
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
    apps: apps.map((app) => resolveApp(app, appName)),
    sites,
    tokenErrors: errors('ietf', options.tokenErrors),
    legacyTokenErrors: errors('wix', options.legacyTokenErrors),
  }
}

import { DEFAULT_WIX_APP, DEFAULT_WIX_SITES, type EmulatorOptions } from '../../src/index.ts'
import { startEmulator } from '../support.ts'

export const APP = DEFAULT_WIX_APP
export const [SITE, SECOND_SITE, UNPUBLISHED_SITE] = DEFAULT_WIX_SITES.map(({ siteId }) => siteId)
export const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

export const INSTALLER = 'https://www.wix.com/app-installer'
export const PERMISSION = 'https://www.wix.com/installer/install'
export const CLOSE_WINDOW = 'https://www.wix.com/installer/close-window'
export const TOKEN = 'https://www.wixapis.com/oauth2/token'
export const LEGACY_TOKEN = 'https://www.wixapis.com/oauth/access'
export const TOKEN_INFO = 'https://www.wixapis.com/oauth2/token-info'
export const INSTANCE = 'https://www.wixapis.com/apps/v1/instance'
export const BI_EVENT = 'https://www.wixapis.com/apps/v1/bi-event'

export const AFTER_INSTALL = 'https://app.example/auth/wix/callback?tx=a%20b&tx=c'
export const REDIRECT_URL = 'http://localhost:8787/auth/wix-legacy/callback'

export const credentials = { client_id: APP.appId, client_secret: APP.secret }

export interface TokenAnswer {
  access_token: string
  refresh_token: string
}

/** A second app, as the owner of instances, codes and tokens. */
export const OTHER_APP = {
  appId: '11111111-2222-4333-8444-555555555555',
  secret: '66666666-7777-4888-9999-000000000000',
  name: 'OTHER_APP',
}

/** Starts an emulator with helpers for Wix. */
export function startWix(options: EmulatorOptions = {}) {
  const started = startEmulator(options)
  const { emulator, request, post } = started
  const { wix } = emulator.control

  const openInstaller = (parameters: Record<string, string> = {}) => {
    const query = { appId: APP.appId, postInstallationUrl: AFTER_INSTALL, ...parameters }
    return request(`${INSTALLER}?${new URLSearchParams(query)}`)
  }
  const openPermission = (parameters: Record<string, string> = {}) => {
    const query = { appId: APP.appId, redirectUrl: REDIRECT_URL, state: 'xyz', ...parameters }
    return request(`${PERMISSION}?${new URLSearchParams(query)}`)
  }
  const requestToken = (instance_id: string, members: Record<string, unknown> = {}) =>
    post(TOKEN, { grant_type: 'client_credentials', ...credentials, instance_id, ...members })
  const exchange = (code: string, members: Record<string, unknown> = {}) =>
    post(LEGACY_TOKEN, { grant_type: 'authorization_code', ...credentials, code, ...members })
  const refresh = (refresh_token: string, members: Record<string, unknown> = {}) =>
    post(LEGACY_TOKEN, { grant_type: 'refresh_token', ...credentials, refresh_token, ...members })

  return {
    ...started,
    wix,
    openInstaller,
    openPermission,
    requestToken,
    exchange,
    refresh,
    tokenInfo: (token: string) => post(TOKEN_INFO, { token }),
    getInstance: (authorization: string) => request(INSTANCE, { headers: { Authorization: authorization } }),
    sendEvent: (authorization: string, body: unknown) => post(BI_EVENT, body, { Authorization: authorization }),

    /** Gets a token for client credentials, and its instance id. */
    async token(siteId = SITE) {
      const { instanceId } = wix.install({ siteId })
      const answer = (await (await requestToken(instanceId)).json()) as TokenAnswer
      return { instanceId, accessToken: answer.access_token }
    },

    /** Gets a code of custom authentication. */
    async code(parameters?: Record<string, string>) {
      const location = new URL((await openPermission(parameters)).headers.get('Location') ?? '')
      const { code = '', instanceId = '' } = Object.fromEntries(location.searchParams)
      return { code, instanceId }
    },

    /** Gets the tokens of custom authentication. */
    async legacyTokens() {
      const { code, instanceId } = await this.code()
      const answer = (await (await exchange(code)).json()) as TokenAnswer
      return { instanceId, ...answer }
    },
  }
}

/** Decodes the JSON in one part of a JWT-like text. */
export const decodePart = (text: string, index: number): Record<string, unknown> =>
  JSON.parse(Buffer.from(text.split('.')[index] ?? '', 'base64url').toString())

export const requestIdOf = (page: string): string => /name="request" value="([0-9a-f]+)"/.exec(page)?.[1] ?? ''

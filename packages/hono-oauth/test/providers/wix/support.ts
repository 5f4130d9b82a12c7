import { createHmac } from 'node:crypto'
import type { CallbackRequest } from '../../../src/providers/contract.ts'
import { type WixLegacyOptions, type WixOptions, wix, wixLegacy } from '../../../src/providers/wix/index.ts'
import { type Answer, json } from '../../protocol/fake-fetch.ts'

export const NOW = 1_790_000_000
export const APP_ID = 'app-1'
export const APP_SECRET = 'canary-app-secret'
export const INSTANCE_ID = '07864c16-3a6f-4dd2-9973-028705762b2c'
export const OTHER = { instanceId: '11111111-3a6f-4dd2-9973-028705762b2c' }
export const SITE_ID = '64fc2d7e-0000-4000-8000-000000000000'
export const TOKEN = 'canary-access-token'
export const REFRESH_TOKEN = 'canary-refresh-token'
export const STATE = 'canary-state'
export const REDIRECT_URI = 'https://app.example/auth/wix/callback'
export const REQUEST = { state: STATE, redirectUri: REDIRECT_URI, scopes: [] }

/** A Wix app with the External Install Flow. */
export const external = (options: Partial<WixOptions> = {}) => wix({ appId: APP_ID, appSecret: APP_SECRET, ...options })

/** A Wix app with custom authentication. */
export const legacy = (options: Partial<WixLegacyOptions> = {}) =>
  wixLegacy({ appId: APP_ID, appSecret: APP_SECRET, ...options })

export const base64Url = (value: string | Buffer) => Buffer.from(value).toString('base64url')
export const hmac = (secret: string, data: string) => createHmac('sha256', secret).update(data).digest('base64url')

/** A text with a signature like that of an instance. */
export function signText(text: string, secret = APP_SECRET): string {
  const data = base64Url(text)
  return `${hmac(secret, data)}.${data}`
}

/** A signed instance; members that are `undefined` are left out. */
export const signInstance = (payload: object = {}, secret = APP_SECRET) =>
  signText(JSON.stringify({ instanceId: INSTANCE_ID, appDefId: APP_ID, signDate: isoAt(NOW), ...payload }), secret)

/** The time as Wix writes it. */
export const isoAt = (seconds: number) => new Date(seconds * 1000).toISOString()

/** An instance that was signed at this time. */
export const signedAt = (seconds: number) => signInstance({ signDate: isoAt(seconds) })

/** Parameters of a callback; a list repeats a parameter. */
export type Parameters = Readonly<Record<string, string | readonly string[] | undefined>>

/** A callback of Wix with these parameters. */
export const callback = (parameters: Parameters): CallbackRequest => ({
  parameters: new URLSearchParams(
    Object.entries({ state: STATE, ...parameters }).flatMap(([name, value]) =>
      value === undefined ? [] : [value].flat().map((each): [string, string] => [name, each]),
    ),
  ),
  state: STATE,
  redirectUri: REDIRECT_URI,
  now: NOW,
})

/** The callback of an External Install Flow. */
export const installed = (changes: Parameters = {}) =>
  callback({ appId: APP_ID, tenantId: SITE_ID, instanceId: INSTANCE_ID, signedInstance: signInstance(), ...changes })

/** The answer to client credentials. */
export const minted = (rest: object = {}): Answer =>
  json({ access_token: TOKEN, token_type: 'Bearer', expires_in: 14_400, ...rest })

/** The answer of the older endpoint. */
export const exchanged = (rest: object = {}): Answer =>
  json({ access_token: TOKEN, refresh_token: REFRESH_TOKEN, ...rest })

/** The answer of Get App Instance. */
export const appInstance = (instance: object = {}, site: object = {}): Answer =>
  json({
    instance: {
      instanceId: INSTANCE_ID,
      appName: 'MY_SHINY_APP',
      isFree: false,
      permissions: GRANT.scopes,
      originInstanceId: null,
      ...instance,
    },
    site: { siteId: SITE_ID, siteDisplayName: 'Mysite 34', url: 'https://mysite.example', ...site },
  })

export const GRANT = {
  id: INSTANCE_ID,
  scopes: ['WIX_DEVELOPERS.MANAGE_APP_INSTANCE'],
  revocable: false,
  account: {
    id: SITE_ID,
    name: 'Mysite 34',
    siteId: SITE_ID,
    instanceId: INSTANCE_ID,
    url: 'https://mysite.example',
    isFree: false,
    originInstanceId: null,
  },
}

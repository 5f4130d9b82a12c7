import type { Secret } from '../../secret.ts'

/** This app as Wix knows it. */
export interface WixApp {
  readonly appId: string
  readonly appSecret: Secret
}

/** Where all of Wix's API is. */
export const WIX_API = 'https://www.wixapis.com'

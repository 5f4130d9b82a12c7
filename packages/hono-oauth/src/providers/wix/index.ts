import { refusedCallback, single, type WixAppOptions, type WixProvider, wixCommon, wixPage } from './common.ts'
import { connectInstance } from './instance-proof.ts'
import { mintToken } from './token-request.ts'

export type { WixAppOptions, WixProvider } from './common.ts'
export type { InstanceProof } from './instance-proof.ts'
export { type WixLegacyOptions, wixLegacy } from './legacy.ts'
export type { WixInstance } from './signed-instance.ts'
export type { WixEvent, WixEvents } from './webhook.ts'
export { finishConfiguration, type WixAccount } from './wix-api.ts'

/** The settings of a Wix app with the External Install Flow. */
export interface WixOptions extends WixAppOptions {
  /** The GUID of the app's share link; Wix requires it for an app that is not listed. */
  readonly shareUrlId?: string | undefined
}

/**
 * Makes the provider for new Wix apps: the External Install Flow, with client credentials.
 *
 * The callback has no code; its `signedInstance` proves the instance id. Access tokens live four hours; a renewal
 * requests a new one for the instance.
 *
 * @param options - the app's credentials
 * @returns the provider, for `providers` of the configuration
 * @throws OAuthError `configuration_invalid`, naming the setting that is missing
 * @see {@link https://dev.wix.com/docs/build-apps/develop-your-app/access/authentication/about-oauth | Wix - OAuth}
 * @example
 * ```ts
 * wix({ appId: env.WIX_APP_ID, appSecret: env.WIX_APP_SECRET, publicKey: env.WIX_PUBLIC_KEY })
 * ```
 */
export function wix(options: WixOptions): WixProvider {
  const { app, proveInstance, provider } = wixCommon(options)
  return {
    ...provider,
    async authorizationUrl({ state, redirectUri, params }) {
      const callback = new URL(redirectUri)
      callback.searchParams.set('state', state)
      const install = { appId: app.appId, postInstallationUrl: callback.href }
      const share = options.shareUrlId ? { shareUrlId: options.shareUrlId } : {}
      return wixPage('/app-installer', { ...params, ...install, ...share })
    },
    async authorize(callback, backChannel) {
      const [appId, siteId, claimed, proof] = ['appId', 'tenantId', 'instanceId', 'signedInstance'].map((name) =>
        single(callback.parameters, name),
      )
      if (appId !== app.appId || !proof) throw refusedCallback('no signed instance of this app')
      const instanceId = await proveInstance(proof, callback, backChannel)
      if (!instanceId || instanceId !== claimed) throw refusedCallback('a signed instance that is not valid')
      const authorization = await connectInstance(app, instanceId, backChannel)
      if (!authorization || authorization.grant.account.siteId !== siteId) {
        throw refusedCallback('an installation on another site')
      }
      return authorization
    },
    renew: ({ id }, backChannel) => mintToken(app, id, backChannel),
  }
}

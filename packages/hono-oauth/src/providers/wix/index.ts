import { refusedCallback, single } from './callback-parameters.ts'
import { type WixAppOptions, type WixProvider, wixCommon } from './common.ts'
import { connectInstance } from './instance-proof.ts'
import { mintToken } from './token-request.ts'

export type { WixAccount } from './app-instance.ts'
export { finishConfiguration } from './bi-event.ts'
export type { WixAppOptions, WixProvider } from './common.ts'
export type { InstanceProof } from './instance-proof.ts'
export { type WixLegacyOptions, wixLegacy } from './legacy.ts'
export type { WixInstance } from './signed-instance.ts'
export type { WixEvent, WixEvents } from './webhook.ts'

/** The settings of a Wix app that is installed from outside. */
export interface WixOptions extends WixAppOptions {
  /** The GUID of the app's share link: Wix wants it for an app that is not listed. */
  readonly shareUrlId?: string | undefined
}

/**
 * Wix, as new apps connect: installed from outside (External Install Flow), with client credentials.
 *
 * The callback brings no code. The instance id is the credential, and it is believed only from
 * `signedInstance`; access tokens live four hours and are minted anew from it.
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
      const url = new URL('https://www.wix.com/app-installer')
      for (const [name, value] of Object.entries(params ?? {})) url.searchParams.set(name, value)
      const callback = new URL(redirectUri)
      callback.searchParams.set('state', state)
      url.searchParams.set('appId', app.appId)
      url.searchParams.set('postInstallationUrl', callback.href)
      if (options.shareUrlId) url.searchParams.set('shareUrlId', options.shareUrlId)
      return url
    },
    async authorize({ parameters, now, startedAt }, backChannel) {
      const [appId, siteId, claimed, proof] = [
        'appId',
        'tenantId',
        'instanceId',
        'signedInstance',
      ].map((name) => single(parameters, name))
      if (appId !== app.appId || !proof)
        throw refusedCallback('no proof of an installation of this app')
      // Whoever may write the return address of an install link could harvest proofs: one that is
      // older than this very login is not taken.
      const times = { now, notBefore: startedAt }
      const instanceId = await proveInstance(proof, times, backChannel)
      if (!instanceId || instanceId !== claimed) throw refusedCallback('a proof that does not hold')
      const authorization = await connectInstance(app, instanceId, backChannel)
      if (!authorization || authorization.grant.account.siteId !== siteId) {
        throw refusedCallback('another site')
      }
      return authorization
    },
    renew: ({ grantId }, backChannel) => mintToken(app, grantId, backChannel),
  }
}

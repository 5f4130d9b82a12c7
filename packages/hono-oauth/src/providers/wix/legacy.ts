import { hasCode, OAuthError } from '../../errors.ts'
import type { BackChannel } from '../../protocol/back-channel.ts'
import type { CallbackRequest } from '../contract.ts'
import { refusedCallback, single, type WixAppOptions, type WixProvider, wixCommon, wixPage } from './common.ts'
import { connectInstance } from './instance-proof.ts'
import { exchangeCode, mintToken, refreshToken } from './token-request.ts'
import { getAppInstance } from './wix-api.ts'

/** The settings of a Wix app with custom authentication. */
export interface WixLegacyOptions extends WixAppOptions {
  /**
   * Whether an installation that began at Wix (with `?token=`) goes to the page of Wix that closes the consent
   * window, instead of to `returnTo`. Wix requires an access token in the URL of that page.
   */
  readonly closeWindow?: boolean | undefined
}

/**
 * Makes the provider for Wix apps with custom authentication (legacy, "advanced OAuth"), which new apps cannot use.
 *
 * The login route is the App URL of the Wix app, and the callback is its Redirect URL. Wix may open both in
 * frames and windows. Access tokens live five minutes; the refresh token does not change.
 *
 * @param options - the app's credentials
 * @returns the provider, for `providers` of the configuration
 * @throws OAuthError `configuration_invalid`, naming the setting that is missing
 * @see {@link https://dev.wix.com/docs/build-apps/develop-your-app/access/authentication/use-custom-authentication-legacy | Wix - Custom authentication}
 * @example
 * ```ts
 * wixLegacy({ appId: env.WIX_APP_ID, appSecret: env.WIX_APP_SECRET })
 * ```
 */
export function wixLegacy(options: WixLegacyOptions): WixProvider {
  const { app, proveInstance, provider } = wixCommon(options)

  /** Connects after a failed code: an installed app may also use client credentials. */
  async function connectWithProof(callback: CallbackRequest, backChannel: BackChannel) {
    const { parameters } = callback
    // The plain `instanceId` proves nothing: the visitor may have replaced it by the id of another site.
    const proof = single(parameters, 'signedInstance') ?? single(parameters, 'instance')
    const instanceId = proof && (await proveInstance(proof, callback, backChannel))
    const claimed = single(parameters, 'instanceId')
    if (!instanceId || (claimed && claimed !== instanceId)) return undefined
    return connectInstance(app, instanceId, backChannel)
  }

  return {
    ...provider,
    loginParams: ['token'],
    embedded: true,
    async authorizationUrl({ state, redirectUri, params }) {
      return wixPage('/installer/install', { ...params, appId: app.appId, redirectUrl: redirectUri, state })
    },
    async authorize(callback, backChannel) {
      const code = single(callback.parameters, 'code')
      const claimed = single(callback.parameters, 'instanceId')
      if (single(callback.parameters, 'error')) throw new OAuthError('access_denied')
      if (!code) throw refusedCallback('no code')
      try {
        const tokens = await exchangeCode(app, code, backChannel)
        const grant = await getAppInstance(tokens.accessToken, backChannel)
        if (claimed && claimed !== grant.id) throw refusedCallback('an instance id that is not that of the code')
        return { tokens, grant }
      } catch (error) {
        if (hasCode(error, 'authorization_response_invalid')) throw error
        const authorization = await connectWithProof(callback, backChannel)
        if (!authorization) throw error
        return authorization
      }
    },
    renew: ({ id, refreshToken: token }, backChannel) =>
      token ? refreshToken(app, token, backChannel) : mintToken(app, id, backChannel),
    landing(accessToken, loginParams) {
      if (!options.closeWindow || !loginParams.includes('token')) return undefined
      return wixPage('/installer/close-window', { access_token: accessToken.reveal() })
    },
  }
}

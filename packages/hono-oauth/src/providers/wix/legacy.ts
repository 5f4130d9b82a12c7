import { isOAuthError, OAuthError } from '../../errors.ts'
import type { BackChannel } from '../../protocol/back-channel.ts'
import type { Authorization, CallbackRequest } from '../contract.ts'
import { getAppInstance, type WixAccount } from './app-instance.ts'
import { refusedCallback, single } from './callback-parameters.ts'
import { type WixAppOptions, type WixProvider, wixCommon } from './common.ts'
import { connectInstance } from './instance-proof.ts'
import { exchangeCode, mintToken, refreshToken } from './token-request.ts'

/** The settings of a Wix app with custom authentication. */
export interface WixLegacyOptions extends WixAppOptions {
  /**
   * End an installation that began at Wix (with `?token=`) by Wix's own page that closes the consent
   * window, instead of at `returnTo`. Wix asks for an access token in that page's URL.
   */
  readonly closeWindow?: boolean | undefined
}

const INSTALLER = 'https://www.wix.com/installer'

/**
 * Wix, as apps with custom authentication connect (legacy, "advanced OAuth"): closed to new apps.
 *
 * The login route is the App URL of the Wix app, the callback its Redirect URL. Wix may open both in
 * frames and windows of its own. Access tokens live five minutes; the refresh token does not change.
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

  /** An installed app may also use client credentials, so a code that fails need not be the end. */
  async function fallBack(
    { parameters, now, startedAt: notBefore }: CallbackRequest,
    backChannel: BackChannel,
  ): Promise<Authorization<WixAccount> | undefined> {
    // The plain `instanceId` of the query proves nothing: anybody could write another site's there.
    const proof = single(parameters, 'signedInstance') ?? single(parameters, 'instance')
    const instanceId = proof && (await proveInstance(proof, { now, notBefore }, backChannel))
    const claimed = single(parameters, 'instanceId')
    if (!instanceId || (claimed && claimed !== instanceId)) return undefined
    return connectInstance(app, instanceId, backChannel)
  }

  return {
    ...provider,
    loginParams: ['token'],
    embedded: true,
    async authorizationUrl({ state, redirectUri, params }) {
      const url = new URL(`${INSTALLER}/install`)
      for (const [name, value] of Object.entries(params ?? {})) url.searchParams.set(name, value)
      url.searchParams.set('appId', app.appId)
      url.searchParams.set('redirectUrl', redirectUri)
      url.searchParams.set('state', state)
      return url
    },
    async authorize(callback, backChannel) {
      const code = single(callback.parameters, 'code')
      const claimed = single(callback.parameters, 'instanceId')
      if (single(callback.parameters, 'error')) throw new OAuthError('access_denied')
      if (!code) throw refusedCallback('no code')
      try {
        const tokens = await exchangeCode(app, code, backChannel)
        const grant = await getAppInstance(tokens.accessToken, backChannel)
        if (claimed && claimed !== grant.id) throw refusedCallback('two instance ids')
        return { tokens, grant }
      } catch (error) {
        if (isOAuthError(error) && error.code === 'authorization_response_invalid') throw error
        const authorization = await fallBack(callback, backChannel)
        if (!authorization) throw error
        return authorization
      }
    },
    renew: ({ grantId, refreshToken: token }, backChannel) =>
      token ? refreshToken(app, token, backChannel) : mintToken(app, grantId, backChannel),
    landing(accessToken, loginParams) {
      if (!options.closeWindow || !loginParams.includes('token')) return undefined
      const url = new URL(`${INSTALLER}/close-window`)
      url.searchParams.set('access_token', accessToken.reveal())
      return url
    },
  }
}

import { configurationError, OAuthError } from '../../errors.ts'
import { Secret } from '../../secret.ts'
import type { Provider } from '../contract.ts'
import { apiError } from './api-error.ts'
import type { WixAccount } from './app-instance.ts'
import { connectInstance, type InstanceProofOptions, instanceProver } from './instance-proof.ts'
import { type WixEvents, webhookVerifier } from './webhook.ts'
import { WIX_API, type WixApp } from './wix-app.ts'

/** The settings that both ways in have in common. */
export interface WixAppOptions extends InstanceProofOptions {
  /** The app's id. */
  readonly appId: string
  /** The app's secret key. */
  readonly appSecret: string
  /** The app's public key in PEM, for webhooks; several while it changes. */
  readonly publicKey?: string | readonly string[] | undefined
}

/** A provider of Wix's. */
export type WixProvider = Provider<string, WixAccount, WixEvents>

/**
 * What both ways in have in common.
 *
 * @throws OAuthError `configuration_invalid`, naming the setting that is missing
 */
export function wixCommon(options: WixAppOptions) {
  const { appId, appSecret, publicKey = [] } = options
  if (!appId) throw configurationError('wix appId', 'is missing')
  if (!appSecret) throw configurationError('wix appSecret', 'is missing')
  const app: WixApp = { appId, appSecret: new Secret(appSecret) }
  const proveInstance = instanceProver(app, options)
  const provider = {
    scopes: [],
    pkce: false,
    restartsWithoutState: false,
    apiOrigins: [WIX_API],
    async acceptToken(token, backChannel, now) {
      const instanceId = await proveInstance(token.reveal(), { now }, backChannel)
      const authorization = instanceId && (await connectInstance(app, instanceId, backChannel))
      if (!authorization) throw new OAuthError('token_not_accepted')
      return authorization
    },
    // Wix has no endpoint for it: only the site's owner can remove the app.
    revoke: async () => 'deleted_only',
    // Wix takes the token as it is, without `Bearer`.
    authorizationHeader: (accessToken) => accessToken.reveal(),
    apiError,
    webhooks: webhookVerifier(appId, [publicKey].flat().filter(Boolean)),
  } satisfies Partial<WixProvider>
  return { app, proveInstance, provider: provider as Pick<WixProvider, keyof typeof provider> }
}

import { missingCredential, OAuthError } from '../../errors.ts'
import { Secret } from '../../secret.ts'
import type { Provider } from '../contract.ts'
import { connectInstance, type InstanceProofOptions, instanceProver } from './instance-proof.ts'
import { type WixEvents, webhookVerifier } from './webhook.ts'
import { apiError, WIX_API, type WixAccount, type WixApp } from './wix-api.ts'

/** The settings that every Wix app has. */
export interface WixAppOptions extends InstanceProofOptions {
  /** The id of the app. */
  readonly appId: string
  /** The secret key of the app. */
  readonly appSecret: string
  /** The public key of the app in PEM, for webhooks; a list while the key changes. */
  readonly publicKey?: string | readonly string[] | undefined
}

/** A provider for a Wix app. */
export type WixProvider = Provider<string, WixAccount, WixEvents>

/**
 * The members of every Wix provider.
 *
 * @throws OAuthError `configuration_invalid`, naming the setting that is missing
 */
export function wixCommon(options: WixAppOptions) {
  const { appId, appSecret, publicKey = [] } = options
  if (!appId) throw missingCredential('wix appId')
  if (!appSecret) throw missingCredential('wix appSecret')
  const app: WixApp = { appId, appSecret: new Secret(appSecret) }
  const proveInstance = instanceProver(app, options)
  const provider = {
    server: `${WIX_API} ${appId}`,
    scopes: [],
    pkce: false,
    restartsWithoutState: false,
    apiOrigins: () => [WIX_API],
    async acceptToken(token, backChannel, now) {
      const instanceId = await proveInstance(token.reveal(), { now }, backChannel)
      const authorization = instanceId && (await connectInstance(app, instanceId, backChannel))
      if (!authorization) throw new OAuthError('token_not_accepted')
      return authorization
    },
    // Wix has no revocation endpoint: only the owner of the site can remove the app.
    revoke: async () => 'deleted_only',
    // Wix expects the token without `Bearer`.
    tokenHeaders: ({ accessToken }) => ({ authorization: accessToken.reveal() }),
    apiError,
    webhooks: webhookVerifier(appId, [publicKey].flat().filter(Boolean)),
  } satisfies Partial<WixProvider>
  return { app, proveInstance, provider: provider as Pick<WixProvider, keyof typeof provider> }
}

/** The URL of a page of Wix with these parameters. */
export function wixPage(path: string, parameters: Readonly<Record<string, string>>): URL {
  const url = new URL(path, 'https://www.wix.com')
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value)
  return url
}

/**
 * The value of a callback parameter; `undefined` when the parameter is missing or empty.
 *
 * @throws OAuthError `authorization_response_invalid` when the parameter is repeated (RFC 6749, section 3.1)
 */
export function single(parameters: URLSearchParams, name: string): string | undefined {
  const values = parameters.getAll(name)
  if (values.length > 1) throw refusedCallback(`the parameter "${name}" is repeated`)
  return values[0] || undefined
}

/** The error for an invalid callback; `reason` is for logs and repeats nothing of the request. */
export function refusedCallback(reason: string): OAuthError {
  return new OAuthError('authorization_response_invalid', { cause: new Error(reason) })
}

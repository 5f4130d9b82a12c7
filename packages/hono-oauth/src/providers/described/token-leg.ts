import { OAuthError, RefreshTokenSpent } from '../../errors.ts'
import { invalid, type JsonObject } from '../../protocol/answer.ts'
import type { BackChannel } from '../../protocol/back-channel.ts'
import type { RegisteredClient } from '../../protocol/client.ts'
import { requestRefresh, requestToken } from '../../protocol/token-request.ts'
import {
  type IssuedTokens,
  parseTokenAnswer,
  readToken,
  readTokens,
  requireSuccess,
  type SentCredential,
  type TokenAnswer,
} from '../../protocol/token-response.ts'
import type { CallbackRequest, StoredGrant } from '../contract.ts'
import { type ActingGrant, type Described, urlOf, withProof } from './described.ts'
import type { OwnRequest } from './options.ts'
import { sendOwnRequest } from './own-request.ts'
import { fillTexts, type Values } from './template.ts'

/** The tokens of a token response, and the response in the shape of RFC 6749. */
export interface Issued {
  readonly tokens: IssuedTokens
  readonly json: JsonObject
}

/**
 * Sends the code to the token endpoint, once.
 *
 * @param grant - the details that the login and the callback tell, and the key of the new connection
 * @throws OAuthError `authorization_response_invalid` when the callback names a host that is not the provider's;
 *   `provider_timeout`, `provider_unavailable` or `provider_response_invalid`
 */
export async function sendCode(
  described: Described,
  client: RegisteredClient,
  code: string,
  callback: CallbackRequest,
  grant: ActingGrant,
  backChannel: BackChannel,
): Promise<TokenAnswer> {
  const { details = {} } = grant
  const { tokenParams = {} } = described.options
  const url = urlOf(described, client.server.token_endpoint, details)
  const params = fillTexts(tokenParams, { ...details, redirect_uri: callback.redirectUri }, described.placeholders)
  if (!url || !params) {
    throw new OAuthError('authorization_response_invalid', { cause: new Error('no token endpoint of the provider') })
  }
  const proven = withProof(described, client, grant)
  return parseTokenAnswer(await requestToken(proven, code, callback, backChannel, { url, params }))
}

/**
 * Judges an answer to a code, a refresh token or an exchange by the description.
 *
 * @param callback - the parameters that came back with the code
 * @param now - in seconds since the epoch
 * @throws OAuthError as `requireSuccess` and `readTokens`
 */
export function readIssued(
  { options }: Described,
  answer: TokenAnswer,
  sent: SentCredential,
  now: number,
  callback?: URLSearchParams,
): Issued {
  const { tokenResponse = {}, errors = {} } = options
  const shape = (json: JsonObject): JsonObject => {
    const hook = typeof tokenResponse === 'function' ? tokenResponse : undefined
    if (!hook) return { ...tokenResponse, ...json }
    try {
      const shaped = Object.entries(hook(json, { callback: callback && new URLSearchParams(callback), now }))
      return Object.fromEntries(shaped.filter(([, value]) => value !== null && value !== undefined))
    } catch {
      // A refusal may have another shape than a success.
      if (!answer.response.ok || json['error'] !== undefined) return json
      if (sent === 'code') throw invalid('a token response that the description does not foresee')
      throw new OAuthError('provider_response_invalid', { cause: new RefreshTokenSpent('a response without tokens') })
    }
  }
  const json = requireSuccess({ ...answer, json: answer.json && shape(answer.json) }, sent, errors)
  return { tokens: readTokens(json, sent, options.dpop && 'DPoP'), json }
}

/**
 * Renews the tokens of a grant: by a standard refresh, or by the request of the description.
 *
 * @param now - in seconds since the epoch
 * @throws OAuthError `needs_reauth` when the grant has ended, or lacks what the request needs
 */
export async function sendRefresh(
  described: Described,
  client: RegisteredClient,
  grant: StoredGrant,
  backChannel: BackChannel,
  now: number,
): Promise<TokenAnswer> {
  const { refreshEndpoint, tokenParams = {} } = described.options
  if (refreshEndpoint !== undefined && typeof refreshEndpoint !== 'string') {
    const response = await sendOwnRequest(described, refreshEndpoint, grant, backChannel, now)
    if (!response) throw new OAuthError('needs_reauth')
    return parseTokenAnswer(response)
  }
  const { refreshToken, details } = grant
  const url = urlOf(described, refreshEndpoint ?? client.server.token_endpoint, details)
  const params = fillTexts(tokenParams, details as Values, described.placeholders)
  if (!refreshToken || !url || !params) throw new OAuthError('needs_reauth')
  const proven = withProof(described, client, grant)
  return parseTokenAnswer(await requestRefresh(proven, refreshToken, backChannel, now, { url, params }))
}

/** Trades the access token of a login for the one to keep. */
export async function exchange(
  described: Described,
  request: OwnRequest,
  grant: ActingGrant,
  backChannel: BackChannel,
  now: number,
): Promise<Issued> {
  const response = await sendOwnRequest(described, request, grant, backChannel, now)
  if (!response) throw invalid('a token response without what the exchange needs')
  return readIssued(described, await parseTokenAnswer(response), 'code', now)
}

/** The tokens in a response that could not be used, to be given back. */
export function unusableTokens({ response, json = {} }: TokenAnswer, tokens?: IssuedTokens): ActingGrant | undefined {
  if (tokens) return tokens
  if (!response.ok) return undefined
  const accessToken = readToken(json['access_token'])
  const refreshToken = readToken(json['refresh_token'])
  return accessToken || refreshToken ? { ...(accessToken && { accessToken }), refreshToken } : undefined
}

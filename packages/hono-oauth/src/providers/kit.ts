/**
 * What a provider is written with: the contract, the helpers of this package's own providers, and `defineProvider`.
 *
 * @module
 */
export { isHmacHex } from '../crypto/hmac.ts'
export { invalid, isUnavailable, readJsonObject, unavailable } from '../protocol/answer.ts'
export { buildAuthorizationUrl, type LoginRequest } from '../protocol/authorization-request.ts'
export { codeIn, validateAuthorizationResponse } from '../protocol/authorization-response.ts'
export { BackChannel, type BackChannelOptions } from '../protocol/back-channel.ts'
export { bearerError } from '../protocol/bearer-error.ts'
export {
  type ClientAuthentication,
  formEncode,
  postAsClient,
  postJson,
  publicClient,
  type RegisteredClient,
  type ServerMetadata,
  secretInBody,
  secretInHeader,
} from '../protocol/client.ts'
export type { RequestTarget } from '../protocol/proof.ts'
export { parseScope } from '../protocol/scope.ts'
export { requestRefresh, requestToken } from '../protocol/token-request.ts'
export { processTokenResponse, readToken, type TokenSet } from '../protocol/token-response.ts'
export type {
  Account,
  AppIdentity,
  Authorization,
  CallbackRequest,
  Details,
  Grant,
  LoginPreparation,
  PreparedLogin,
  Provider,
  ProviderNotes,
  RenewedTokens,
  Revocation,
  StoredGrant,
} from './contract.ts'
export { defineProvider, type Preset } from './define-provider.ts'
export type {
  ApiErrorHook,
  AppSettings,
  OAuth2Description,
  OidcDescription,
  OwnRequest,
  TokenResponseHook,
} from './described/options.ts'

import { sha256, toBase64url } from '../encoding.ts'
import { TOKEN_RESPONSE_FAULTS, type TokenResponseFault } from '../faults/token-response.ts'
import type { TextMembers } from '../request-body.ts'
import { consumeFirst } from '../scenarios.ts'
import { isRegistered } from './authorization-request.ts'
import { authenticateClient } from './client-authentication.ts'
import type { WebflowConfig } from './config.ts'
import { TOKEN_ERRORS, type TokenError } from './errors.ts'
import type { AccessToken } from './grants.ts'
import type { AuthorizedRequest, CodeChallenge, WebflowModel } from './model.ts'

const TOKEN_BYTES = 32

/** A token, and the form of the response in an active scenario. */
export interface IssuedToken {
  readonly token: AccessToken
  readonly fault: TokenResponseFault | undefined
}

async function challengeMatches({ value, method }: CodeChallenge, verifier: string): Promise<boolean> {
  if (method === 'plain') return value === verifier
  if (method !== 'S256') return false
  return value === toBase64url(await sha256(verifier))
}

function redirectUriMatches(
  config: WebflowConfig,
  { client, sentRedirectUri }: AuthorizedRequest,
  redirectUri: string | undefined,
): boolean {
  // If the authorization request had a redirect_uri, the token request must repeat it. Otherwise it
  // is optional, but it must be a registered one.
  if (sentRedirectUri !== undefined) return redirectUri === sentRedirectUri
  return redirectUri === undefined || isRegistered(config, client, redirectUri)
}

/** Exchanges a code for a token. A code works once. */
export async function exchangeCode(
  { config, codes, grants, services }: WebflowModel,
  members: TextMembers,
  authorizationHeader: string | undefined,
): Promise<IssuedToken | TokenError> {
  const { invalidClient, invalidGrant, unsupportedGrantType } = TOKEN_ERRORS
  const authentication = authenticateClient(config, members, authorizationHeader)
  if (authentication.client === undefined) {
    return authentication.idIsKnown && config.wrongSecretError === 'invalid_grant' ? invalidGrant : invalidClient
  }
  const grantType = members.get('grant_type')
  const mayBeMissing = grantType === undefined && config.grantType === 'optional'
  if (grantType !== 'authorization_code' && !mayBeMissing) return unsupportedGrantType

  const code = members.get('code') ?? ''
  const allowed = codes.find(code)
  if (allowed === undefined || allowed.client !== authentication.client) return invalidGrant
  if (!redirectUriMatches(config, allowed, members.get('redirect_uri'))) return invalidGrant
  if (config.pkce === 'verify' && allowed.challenge !== undefined) {
    if (!(await challengeMatches(allowed.challenge, members.get('code_verifier') ?? ''))) {
      return invalidGrant
    }
    // The digest is asynchronous, so another request may have used the code meanwhile.
    if (codes.find(code) === undefined) return invalidGrant
  }
  codes.use(code)
  const { client, scopes, selection } = allowed
  const fault = consumeFirst(services.scenarios, TOKEN_RESPONSE_FAULTS)
  const bytes = fault?.tokenBytes ?? TOKEN_BYTES
  const lifetimeSeconds = fault?.lifetimeSeconds ?? config.accessTokenFields.expiresIn ?? Number.POSITIVE_INFINITY
  return { token: grants.issue({ client, scopes, selection, bytes, lifetimeSeconds }), fault }
}

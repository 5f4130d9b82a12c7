import { sha256, toBase64url } from '../encoding.ts'
import type { ExampleClient } from './config.ts'
import { invalidGrant, invalidRequest, type OauthError } from './errors.ts'
import type { ExampleModel } from './model.ts'
import type { Parameters } from './parameters.ts'
import { type Issued, issueAccessToken } from './token-response.ts'

const VERIFIER = /^[A-Za-z0-9._~-]{43,128}$/

/** Exchanges a code for tokens, once; a second use ends what the first one got. */
export async function requestWithCode(
  model: ExampleModel,
  client: ExampleClient,
  parameters: Parameters,
): Promise<Issued | OauthError> {
  const { codes, grants, surroundings } = model
  const value = parameters.get('code')
  if (value === undefined) return invalidRequest('The code is missing')
  const verifier = parameters.get('code_verifier')
  if (verifier !== undefined && !VERIFIER.test(verifier)) {
    return invalidRequest('The code_verifier must be 43 to 128 unreserved characters')
  }
  // Before the code is looked up: the digest takes a turn of the event loop, in which another
  // request may use the code.
  const challenge = verifier === undefined ? undefined : toBase64url(await sha256(verifier))

  const code = codes.find(value)
  if (code === undefined || code.request.client !== client) {
    return invalidGrant('The code is unknown, or belongs to another client')
  }
  if (code.grant !== undefined) {
    grants.end(code.grant)
    return invalidGrant('The code was used before; what it got is revoked')
  }
  const { request, user, authTime, expiresAt } = code
  if (surroundings.clock.now() >= expiresAt) return invalidGrant('The code has expired')
  const redirectUri = parameters.get('redirect_uri')
  // Sent there means sent here, and the same. Not sent there: optional, but the same as well.
  const mayBeMissing = request.sentRedirectUri === undefined && redirectUri === undefined
  if (redirectUri !== request.redirectUri && !mayBeMissing) {
    return invalidGrant('The redirect_uri is not that of the authorization request')
  }
  // A verifier without a challenge fails too: somebody may have removed the challenge on its way.
  if (challenge !== request.challenge) {
    return invalidGrant('The code_verifier does not fit the code_challenge')
  }

  const { scopes, nonce } = request
  const grant = grants.open({ client, user, scopes, authTime })
  code.grant = grant
  const accessToken = issueAccessToken(model, grant, scopes)
  const refreshToken = client.grantTypes.includes('refresh_token')
    ? grants.issueRefreshToken(grant).value
    : undefined
  return { accessToken, refreshToken, nonce }
}

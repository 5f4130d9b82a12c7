import { scopesOf } from './authorization-request.ts'
import type { ExampleClient } from './config.ts'
import type { OauthError } from './errors.ts'
import type { ExampleModel } from './model.ts'
import type { Parameters } from './parameters.ts'
import { type Issued, issueAccessToken } from './token-response.ts'

/** A token for the client itself: there is no user, and no refresh token (RFC 6749, 4.4.3). */
export function requestForItself(
  model: ExampleModel,
  client: ExampleClient,
  parameters: Parameters,
): Issued | OauthError {
  const { config, grants, surroundings } = model
  const allowed = client.scopes.filter((scope) => scope !== 'openid')
  const scopes = scopesOf(config, allowed, parameters.get('scope'))
  if ('error' in scopes) return scopes
  const authTime = surroundings.clock.now()
  const grant = grants.open({ client, user: undefined, scopes, authTime })
  return { accessToken: issueAccessToken(model, grant, scopes), refreshToken: undefined }
}

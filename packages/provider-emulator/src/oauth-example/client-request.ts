import { authenticateClient } from './client-authentication.ts'
import type { ExampleClient, ExampleConfig } from './config.ts'
import { invalidRequest, type OauthError } from './errors.ts'
import { type Parameters, readParameters } from './parameters.ts'

/** A form that a client sent, after it proved who it is. */
export interface ClientRequest {
  readonly client: ExampleClient
  readonly parameters: Parameters
}

const isForm = (contentType: string | null): boolean =>
  contentType?.split(';', 1)[0]?.trim().toLowerCase() === 'application/x-www-form-urlencoded'

/** Reads a request to the token, revocation or introspection endpoint. */
export async function readClientRequest(
  config: ExampleConfig,
  request: Request,
): Promise<ClientRequest | OauthError> {
  if (!isForm(request.headers.get('Content-Type'))) {
    return invalidRequest('The body must be application/x-www-form-urlencoded')
  }
  const parameters = readParameters(new URLSearchParams(await request.text()))
  if (parameters.repeated.length > 0) return invalidRequest('A parameter is repeated')
  const header = request.headers.get('Authorization') ?? undefined
  const authenticated = authenticateClient(config, parameters, header)
  return 'error' in authenticated ? authenticated : { ...authenticated, parameters }
}

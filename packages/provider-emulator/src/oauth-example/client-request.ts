import { readBasicCredentials } from '../basic-credentials.ts'
import type { ExampleClient, ExampleConfig } from './config.ts'
import { invalidClient, invalidRequest, type OauthError } from './errors.ts'
import type { OauthExampleAuthMethod } from './options.ts'
import { type Parameters, readParameters } from './parameters.ts'

interface Credentials {
  readonly id: string
  readonly secret: string | undefined
  readonly method: OauthExampleAuthMethod | 'none'
}

function headerCredentials({ basicSecretDecoding }: ExampleConfig, header: string): Credentials | undefined {
  const sent = readBasicCredentials(header, basicSecretDecoding)
  return sent && { ...sent, method: 'client_secret_basic' }
}

function bodyCredentials(parameters: Parameters): Credentials | undefined {
  const id = parameters.get('client_id')
  if (id === undefined) return undefined
  const secret = parameters.get('client_secret')
  return { id, secret, method: secret === undefined ? 'none' : 'client_secret_post' }
}

/** Authenticates the client, which must use exactly one method (RFC 6749, 2.3). */
export function authenticateClient(
  config: ExampleConfig,
  parameters: Parameters,
  header: string | undefined,
): { readonly client: ExampleClient } | OauthError {
  if (header !== undefined && parameters.get('client_secret') !== undefined) {
    return invalidRequest('The client used more than one authentication method')
  }
  const inBody = bodyCredentials(parameters)
  const sent = header === undefined ? inBody : headerCredentials(config, header)
  if (sent === undefined) return invalidClient('The client did not authenticate')
  if (inBody !== undefined && inBody.id !== sent.id) {
    return invalidRequest('The client_id differs from the Authorization header')
  }
  const client = config.clients.find(({ id }) => id === sent.id)
  if (client === undefined || client.secret !== sent.secret) {
    return invalidClient('The client is unknown, or its secret is wrong')
  }
  if (sent.method !== 'none' && !client.authMethods.includes(sent.method)) {
    return invalidClient(`The client may not use ${sent.method}`)
  }
  return { client }
}

/** The form of an authenticated client. */
export interface ClientRequest {
  readonly client: ExampleClient
  readonly parameters: Parameters
}

const isForm = (contentType: string | null): boolean =>
  contentType?.split(';', 1)[0]?.trim().toLowerCase() === 'application/x-www-form-urlencoded'

/** Reads and authenticates a request to the token, revocation or introspection endpoint. */
export async function readClientRequest(config: ExampleConfig, request: Request): Promise<ClientRequest | OauthError> {
  if (!isForm(request.headers.get('Content-Type'))) {
    return invalidRequest('The body must be application/x-www-form-urlencoded')
  }
  const parameters = readParameters(new URLSearchParams(await request.text()))
  if (parameters.repeated.length > 0) return invalidRequest('A parameter is repeated')
  const header = request.headers.get('Authorization') ?? undefined
  const authenticated = authenticateClient(config, parameters, header)
  return 'error' in authenticated ? authenticated : { ...authenticated, parameters }
}

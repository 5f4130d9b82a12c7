import { answerRevocation } from '../faults/revocation.ts'
import { isForm, readTextMembers } from '../request-body.ts'
import { authenticateClient } from './client-authentication.ts'
import type { WebflowModel } from './model.ts'

/** The member names of a revocation response. They differ between the two hosts of the endpoint. */
export interface RevocationMembers {
  readonly revoked: 'did_revoke' | 'didRevoke'
  readonly description: 'error_description' | 'error_response'
}

export const CURRENT_REVOCATION: RevocationMembers = {
  revoked: 'did_revoke',
  description: 'error_description',
}

export const OLDER_REVOCATION: RevocationMembers = {
  revoked: 'didRevoke',
  description: 'error_response',
}

/** Revokes the whole grant of a token. Unlike in RFC 7009, an unknown token is an error. */
async function normalResponse(
  { config, grants, services }: WebflowModel,
  { revoked, description }: RevocationMembers,
  request: Request,
): Promise<Response> {
  const { scenarios } = services
  const { form, errorStatus, clientErrorStatus } = config.revocation
  const refuse = (error: string, text: string, status = errorStatus): Response =>
    Response.json({ error, [description]: text }, { status })
  const invalidClient = () =>
    refuse('invalid_client', 'No application found matching the provided credentials', clientErrorStatus)

  if (scenarios.consume('revoke-invalid-client')) return invalidClient()
  if (scenarios.consume('revoke-did-not')) return Response.json({ [revoked]: false })

  const contentType = request.headers.get('Content-Type') ?? ''
  const isReadable = form || !isForm(contentType)
  const members = isReadable ? readTextMembers(contentType, await request.text()) : undefined
  if (members === undefined) return refuse('invalid_request', 'The body could not be read')
  const { client } = authenticateClient(config, members, request.headers.get('Authorization') ?? undefined)
  if (client === undefined) return invalidClient()
  const value = members.get('access_token')
  if (value === undefined) return refuse('invalid_request', 'access_token is required')
  const token = grants.find(value)
  if (token === undefined || token.authorization.client !== client) {
    return refuse('invalid_token', "The token doesn't exist or has already been revoked")
  }
  grants.revoke(token.authorization)
  return Response.json({ [revoked]: true })
}

/** Answers a revocation request, with the fault of an active scenario. */
export const handleRevocationRequest = (
  model: WebflowModel,
  members: RevocationMembers,
  request: Request,
): Promise<Response> => answerRevocation(model.services, request.signal, () => normalResponse(model, members, request))

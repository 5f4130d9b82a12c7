import type { TextMembers } from '../request-body.ts'
import type { WebflowClient, WebflowConfig } from './config.ts'

function basicCredentials(header: string | undefined): readonly [string, string] | undefined {
  const encoded = /^basic +([a-z0-9+/=]+)$/i.exec(header ?? '')?.[1]
  if (encoded === undefined) return undefined
  try {
    const [id = '', ...secret] = atob(encoded).split(':')
    return [decodeURIComponent(id), decodeURIComponent(secret.join(':'))]
  } catch {
    return undefined
  }
}

export type ClientAuthentication =
  | { readonly client: WebflowClient }
  | { readonly client: undefined; readonly idIsKnown: boolean }

/** Authenticates the client by the body or, if the configuration allows it, by HTTP Basic. */
export function authenticateClient(
  config: WebflowConfig,
  members: TextMembers,
  authorizationHeader: string | undefined,
): ClientAuthentication {
  const basic = config.basicAuthentication === 'accepted' ? basicCredentials(authorizationHeader) : undefined
  const [id, secret] = basic ?? [members.get('client_id'), members.get('client_secret')]
  const client = config.clients.find((registered) => registered.id === id)
  if (client !== undefined && client.secret === secret) return { client }
  return { client: undefined, idIsKnown: client !== undefined }
}

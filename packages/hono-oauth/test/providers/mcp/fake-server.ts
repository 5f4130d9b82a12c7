import { noteSecret } from '../../rig/notes.ts'

/** Where the MCP server of these tests is, and where its users sign in. */
export const MCP = 'https://mcp.example/mcp'
export const ISSUER = 'https://login.example'
export const RESOURCE_METADATA = 'https://mcp.example/.well-known/oauth-protected-resource'
export const SERVER_METADATA = 'https://login.example/.well-known/oauth-authorization-server'

type Json = Readonly<Record<string, unknown>>
type Answer = Json | ((request: Sent) => Response)

/** One request of the app. */
export interface Sent {
  /** The method and the URL, without the query of an endpoint. */
  readonly line: string
  readonly headers: Headers
  /** The parameters of a form, or the members of JSON. */
  readonly body: Json
}

/** What the servers say, by method and URL: an object is JSON. */
export type Documents = Readonly<Record<string, Answer>>

const serverMetadata = {
  issuer: ISSUER,
  authorization_endpoint: `${ISSUER}/authorize`,
  token_endpoint: `${ISSUER}/token`,
  revocation_endpoint: `${ISSUER}/revoke`,
  code_challenge_methods_supported: ['S256'],
  client_id_metadata_document_supported: true,
  authorization_response_iss_parameter_supported: true,
}

export const resource = (changes: Json = {}): Json => ({
  resource: MCP,
  authorization_servers: [ISSUER],
  scopes_supported: ['tools:read'],
  ...changes,
})
export const server = (changes: Json = {}): Json => ({ ...serverMetadata, ...changes })
/** A server that registers apps, and reads no documents. */
export const registering = (changes: Json = {}): Json =>
  server({ client_id_metadata_document_supported: false, registration_endpoint: `${ISSUER}/register`, ...changes })
/** A 401 with this challenge. */
export const challenge = (parameters: string) => () =>
  new Response(null, { status: 401, headers: { 'www-authenticate': `Bearer ${parameters}` } })
export const redirect = (location: string) => () => new Response(null, { status: 302, headers: { location } })

/** The MCP server and its authorization server, as one `fetch`. Anything that they do not have is 404. */
export function createServers(changes: Documents = {}) {
  const documents: Record<string, Answer> = {
    [`GET ${RESOURCE_METADATA}/mcp`]: resource(),
    [`GET ${SERVER_METADATA}`]: server(),
    [`POST ${ISSUER}/token`]: () => issue(),
    [`POST ${ISSUER}/revoke`]: () => new Response(),
    [`POST ${ISSUER}/register`]: () => Response.json({ client_id: `client-${++clients}` }, { status: 201 }),
    [`POST ${MCP}`]: ({ headers }) =>
      headers.has('authorization') ? Response.json({ jsonrpc: '2.0', id: 1, result: {} }) : challenge('error=""')(),
    ...changes,
  }
  const sent: Sent[] = []
  let clients = 0
  let tokens = 0

  function issue(): Response {
    const issued = { access_token: `access-of-mcp-${++tokens}`, refresh_token: `refresh-of-mcp-${tokens}` }
    for (const token of Object.values(issued)) noteSecret('a token', token)
    return Response.json({ ...issued, token_type: 'Bearer', expires_in: 3600 })
  }
  return {
    sent,
    documents,
    /** The lines of the requests so far, which are forgotten. */
    lines: () => sent.splice(0).map(({ line }) => line),
    /** The forms that an endpoint of the authorization server got. */
    forms: (path: string) => sent.filter(({ line }) => line.endsWith(`${ISSUER}${path}`)).map(({ body }) => body),
    async fetch(url: string, init: RequestInit): Promise<Response> {
      const request = new Request(url, init)
      const line = `${request.method} ${request.url}`
      const text = await request.text()
      const body: Json = text.startsWith('{') ? JSON.parse(text) : Object.fromEntries(new URLSearchParams(text))
      const entry = { line, headers: request.headers, body }
      sent.push(entry)
      const answer = documents[line]
      if (typeof answer === 'function') return answer(entry)
      return answer ? Response.json(answer) : new Response('<html></html>', { status: 404 })
    },
  }
}

export type FakeServers = ReturnType<typeof createServers>

import { isUnavailable, parseJsonObject, readJsonObject, readText, unavailable } from '../../protocol/answer.ts'
import { isLoopback } from '../../protocol/back-channel.ts'
import type { AppIdentity, LoginPreparation } from '../contract.ts'
import { type Asking, type AuthorizationServer, unusable } from './discovery.ts'

/** This app as a client of one authorization server. */
export interface McpClient {
  readonly clientId: string
  readonly clientSecret?: string | undefined
  /** How a secret is sent: in the body, or by HTTP Basic. */
  readonly sendsInBody: boolean
}

const DAY_SECONDS = 24 * 60 * 60
// Servers forget the registrations that are not used, and a login cannot see that: this app registers again in time.
const MAX_AGE_SECONDS = 7 * DAY_SECONDS
const MAX_TEXT_LENGTH = 512

/** What this app says of itself to any server (RFC 7591, section 2). */
export function describeApp({ name, origin, redirectUri }: AppIdentity) {
  return {
    client_name: name,
    client_uri: origin,
    redirect_uris: [redirectUri],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    token_endpoint_auth_method: 'none',
  }
}

/**
 * The id of this app at a server that does not know it: the URL of its metadata document, or else the id of a
 * registration, which is kept for the next logins.
 *
 * @throws OAuthError `provider_response_invalid` when the server takes neither; `store_unavailable`,
 *   `provider_unavailable` or `provider_timeout`
 */
export async function identify(
  server: AuthorizationServer,
  { app, notes, now }: LoginPreparation,
  asking: Asking,
): Promise<McpClient> {
  // A server reads documents over https alone.
  if (server.readsDocuments && !asking.isLocal) return { clientId: app.documentUrl, sendsInBody: false }
  const { issuer, registrationEndpoint } = server
  if (registrationEndpoint === undefined) throw unusable('The sign-in server takes no app that it does not know.')
  // The registration is for this redirect URI at this issuer, and for no other.
  const note = `${issuer} ${app.redirectUri}`
  // A server on this machine forgets its clients when it starts again.
  const isKept = !isLoopback(new URL(issuer))
  const known = isKept ? parseClient(await notes.read(note)) : undefined
  if (known) return known
  const { client, lifetime } = await register(registrationEndpoint, server.authMethods, app, now, asking)
  if (isKept && lifetime > 0) await notes.write(note, JSON.stringify(client), lifetime)
  return client
}

/**
 * Registers this app as a new client.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc7591#section-3 | RFC 7591 - section 3}
 */
async function register(
  endpoint: string,
  methods: readonly string[],
  app: AppIdentity,
  now: number,
  { backChannel, isLocal }: Asking,
) {
  const wanted = ['none', 'client_secret_post', 'client_secret_basic'].find((each) => methods.includes(each)) ?? 'none'
  const response = await backChannel.request(new URL(endpoint), {
    method: 'POST',
    headers: { accept: 'application/json', 'content-type': 'application/json', 'user-agent': 'hono-oauth' },
    body: JSON.stringify({
      ...describeApp(app),
      token_endpoint_auth_method: wanted,
      application_type: isLocal ? 'native' : 'web',
    }),
  })
  if (isUnavailable(response)) throw unavailable('the registration endpoint', response)
  const json = response.ok ? await readJsonObject(response) : undefined
  const clientId = readText(json?.['client_id'])
  const { token_endpoint_auth_method: method = wanted, client_secret_expires_at: endsAt } = json ?? {}
  // A server may answer with another method than the requested one.
  const clientSecret = method === 'none' ? undefined : readText(json?.['client_secret'])
  const isUsable = clientId && [clientId, clientSecret ?? ''].every(({ length }) => length <= MAX_TEXT_LENGTH)
  if (!isUsable) throw unusable('The sign-in server did not register this app.')
  const client: McpClient = { clientId, clientSecret, sendsInBody: method === 'client_secret_post' }
  const left = typeof endsAt === 'number' && endsAt > 0 ? endsAt - now - DAY_SECONDS : MAX_AGE_SECONDS
  return { client, lifetime: Math.min(left, MAX_AGE_SECONDS) }
}

function parseClient(text = ''): McpClient | undefined {
  const { clientId, clientSecret, sendsInBody } = parseJsonObject(text) ?? {}
  if (typeof clientId !== 'string') return undefined
  return { clientId, clientSecret: readText(clientSecret), sendsInBody: sendsInBody === true }
}

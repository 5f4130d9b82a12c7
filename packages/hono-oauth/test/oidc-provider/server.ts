// An authorization server that was written elsewhere: oidc-provider, with the settings of a strict deployment.
import { type ClientMetadata, type Configuration, errors, Provider } from 'oidc-provider'
import { noteSecret } from '../rig/notes.ts'
import { generateServerKeys } from './keys.ts'
import { openLoopback } from './loopback.ts'
import { answerPrompt, type Cookies, type Person, visitAs } from './person.ts'
import { Storage } from './storage.ts'

export const ISSUER = 'https://op.example'
export const REDIRECT_URI = 'https://app.example/auth/op/callback'
export const CLIENT_ID = 'the-app'
export const CLIENT_SECRET = 'a-secret-that-only-the-app-and-op.example-know'
/** The resource indicator (RFC 8707) of an API; access tokens for it are JWTs. */
export const API = 'https://api.op.example'
/** The lifetime of access tokens and ID tokens, in seconds. */
export const LIFETIME = 600
/** The lifetime of an authorization code, in seconds. */
export const CODE_LIFETIME = 60

/** How a test wants the server to differ. */
export interface ServerOptions {
  readonly issuer?: string
  /**
   * Members of the client's registration, such as `token_endpoint_auth_method`, `id_token_signed_response_alg`,
   * `dpop_bound_access_tokens` and `require_pushed_authorization_requests`.
   */
  readonly client?: Partial<ClientMetadata>
  /** Whether a DPoP proof must have a nonce of the server, at the token endpoint and at the API. */
  readonly dpopNonces?: boolean
  /** Whether an access token is for the `resource` that the authorization request named. */
  readonly resources?: boolean
  /** Whether every refresh replaces the refresh token; by default it does. */
  readonly rotates?: boolean
}

const DAY = 86_400
const NAMES: Readonly<Record<string, string>> = { ada: 'Ada Example', bob: 'Bob Example' }
const TOKEN = /"(access_token|refresh_token|id_token)":"([^"]+)"/g
// One set for all servers of a test file, because RSA keys take long to make.
const KEYS = generateServerKeys()

/** Starts a server; the caller closes it. */
export async function openServer(options: ServerOptions = {}) {
  const { issuer = ISSUER } = options
  const storage = new Storage()
  const failures: Error[] = []
  const provider = new Provider(issuer, configure(options, storage))
  provider.proxy = true
  provider.on('server_error', (_context, error) => failures.push(error))

  const mount = mountOf(issuer)
  const answer = provider.callback()
  const loopback = await openLoopback((request, response) => {
    // A server under a path of its host gets its requests without that path.
    const path = request.url ?? ''
    Object.assign(request, { originalUrl: path, url: path.startsWith(mount) ? path.slice(mount.length) : '/' })
    if (!request.url?.startsWith('/interaction/')) return answer(request, response)
    return answerPrompt(provider, request, response).catch((error: Error) => {
      failures.push(error)
      response.writeHead(500).end()
    })
  }, new URL(issuer).origin)

  /** Answers a request, and notes every token in the answer for the scan for leaks. */
  async function fetch(request: Request): Promise<Response> {
    const response = await loopback.fetch(request)
    if (request.method !== 'POST') return response
    for (const [, kind, token] of (await response.clone().text()).matchAll(TOKEN)) noteSecret(String(kind), token)
    return response
  }

  return {
    issuer,
    provider,
    /** The address of the user info. */
    userInfo: `${new URL(issuer).origin}${mount}/me`,
    storage,
    /** The errors that the server did not expect. */
    failures,
    fetch,
    /** Opens a page of the server as a person, and returns the address at the app that this leads to. */
    visit: (url: string, person?: Person, cookies?: Cookies) => visitAs(fetch, url, person, cookies),
    close: loopback.close,
  }
}

/** The path that every address of a server begins with. */
function mountOf(issuer: string): string {
  return new URL(issuer).pathname.replace(/\/$/, '')
}

function configure(options: ServerOptions, storage: Storage): Configuration {
  const seconds = (value: number) => () => value
  return {
    adapter: storage.adapter,
    jwks: { keys: structuredClone(KEYS) },
    clients: [
      {
        client_id: CLIENT_ID,
        client_secret: CLIENT_SECRET,
        redirect_uris: [REDIRECT_URI],
        grant_types: ['authorization_code', 'refresh_token'],
        ...options.client,
      },
    ],
    scopes: ['openid', 'offline_access', 'items:read'],
    claims: { profile: ['name'] },
    findAccount: (_context, id) => ({ accountId: id, claims: async () => ({ sub: id, name: NAMES[id] }) }),
    interactions: { url: (_context, { uid }) => `${mountOf(options.issuer ?? ISSUER)}/interaction/${uid}` },
    pkce: { required: () => true },
    rotateRefreshToken: options.rotates ?? true,
    cookies: { keys: ['the key of the cookies of op.example'] },
    clientBasedCORS: () => false,
    renderError(context, out) {
      context.body = { ...out }
    },
    // A server that reads other documents would need a network.
    fetch: () => Promise.reject(new Error('there is no network')),
    features: {
      devInteractions: { enabled: false },
      rpInitiatedLogout: { enabled: false },
      revocation: { enabled: true, allowedPolicy: (_context, client, token) => client.clientId === token.clientId },
      dPoP: { nonceSecret: Buffer.alloc(32, 'dpop'), requireNonce: () => options.dpopNonces ?? false },
      resourceIndicators: { getResourceServerInfo: describeApi, useGrantedResource: () => options.resources ?? false },
    },
    ttl: {
      AccessToken: seconds(LIFETIME),
      AuthorizationCode: seconds(CODE_LIFETIME),
      IdToken: seconds(LIFETIME),
      RefreshToken: seconds(30 * DAY),
      Interaction: seconds(3600),
      Session: seconds(DAY),
      Grant: seconds(30 * DAY),
    },
  }
}

function describeApi(_context: unknown, resource: string) {
  if (resource !== API) throw new errors.InvalidTarget()
  return {
    scope: 'items:read',
    audience: API,
    accessTokenFormat: 'jwt' as const,
    jwt: { sign: { alg: 'ES256' as const } },
  }
}

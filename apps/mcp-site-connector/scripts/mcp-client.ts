import {
  Client,
  type OAuthClientProvider,
  StreamableHTTPClientTransport,
  UnauthorizedError,
} from '@modelcontextprotocol/client'

type Saved = Parameters<NonNullable<OAuthClientProvider['saveClientInformation']>>[0]
type Tokens = Parameters<OAuthClientProvider['saveTokens']>[0]
type Discovery = Parameters<NonNullable<OAuthClientProvider['saveDiscoveryState']>>[0]

/** Answers an authorization request as a person does in a browser; returns where the client is called back. */
export type Consent = (authorizationUrl: URL) => Promise<URL>

interface Server {
  readonly origin: string
  readonly fetch: typeof fetch
}

export const CALLBACK = 'http://127.0.0.1:33418/callback'

/** One installation of an MCP client, with what it keeps. */
export class McpClient implements OAuthClientProvider {
  readonly redirectUrl = CALLBACK
  readonly clientMetadata
  readonly clientMetadataUrl?: string
  saved: Saved | undefined
  granted: Tokens | undefined
  /** Opens the page that a tool asks for; without it the client cannot open pages. */
  openPage: ((url: string) => Promise<unknown>) | undefined
  readonly #server: Server
  readonly #consent: Consent
  #discovery: Discovery | undefined
  #asked: URL | undefined
  #verifier = ''

  constructor(server: Server, name: string, consent: Consent, metadataUrl?: string) {
    this.#server = server
    this.#consent = consent
    this.clientMetadata = { client_name: name, redirect_uris: [CALLBACK], token_endpoint_auth_method: 'none' }
    if (metadataUrl) this.clientMetadataUrl = metadataUrl
  }

  clientInformation = () => this.saved
  saveClientInformation = (saved: Saved) => {
    this.saved = saved
  }
  tokens = () => this.granted
  saveTokens = (tokens: Tokens) => {
    this.granted = tokens
  }
  codeVerifier = () => this.#verifier
  saveCodeVerifier = (verifier: string) => {
    this.#verifier = verifier
  }
  discoveryState = () => this.#discovery
  saveDiscoveryState = (state: Discovery) => {
    this.#discovery = state
  }
  redirectToAuthorization = (url: URL) => {
    this.#asked = url
  }

  /** Connects, and signs in where the server wants that. */
  async connect(): Promise<Client> {
    try {
      return await this.#open()
    } catch (error) {
      if (!(error instanceof UnauthorizedError) || !this.#asked) throw error
      const callback = await this.#consent(this.#asked)
      await this.#transport().finishAuth(callback.searchParams)
      return this.#open()
    }
  }

  /** Tells the server that this client needs its tokens no more (RFC 7009). */
  revoke(token = this.granted?.refresh_token ?? this.granted?.access_token ?? ''): Promise<Response> {
    const body = new URLSearchParams({ token, client_id: this.saved?.client_id ?? '' })
    return this.#server.fetch(`${this.#server.origin}/token`, { method: 'POST', body })
  }

  #transport(): StreamableHTTPClientTransport {
    const url = new URL('/mcp', this.#server.origin)
    return new StreamableHTTPClientTransport(url, { authProvider: this, fetch: this.#server.fetch })
  }

  async #open(): Promise<Client> {
    const { openPage } = this
    const capabilities = openPage ? { elicitation: { url: {} } } : {}
    const client = new Client(
      { name: this.clientMetadata.client_name, version: '1.0.0' },
      { capabilities, versionNegotiation: { mode: 'auto' } },
    )
    if (openPage) {
      client.setRequestHandler('elicitation/create', async ({ params }) => {
        if (params.mode === 'url') await openPage(params.url)
        return { action: 'accept' }
      })
    }
    await client.connect(this.#transport())
    return client
  }
}

/** What a tool answers: its JSON, or the text of its failure. */
export async function call(client: Client, name: string, args: Record<string, unknown> = {}): Promise<unknown> {
  const { content, isError } = await client.callTool({ name, arguments: args })
  const [first] = content
  const text = first?.type === 'text' ? first.text : ''
  return isError ? text : JSON.parse(text)
}

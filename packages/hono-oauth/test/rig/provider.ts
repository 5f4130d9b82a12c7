import {
  createEmulator,
  DEFAULT_OAUTH_EXAMPLE_CLIENT,
  DEFAULT_WEBFLOW_CLIENT,
  DEFAULT_WIX_APP,
  type EmulatorOptions,
} from 'provider-emulator'
import { ORIGIN, WEBFLOW_SITE, WIX_SITE } from './constants.ts'
import { addressSeen, noteSecret, noteText } from './notes.ts'

const NAMES = [
  ...['webflow', 'other', 'wix', 'wix-legacy', 'ex-oidc'],
  ...['ex-memory', 'ex-object', 'ex-object-2', 'ex-d1', 'ex-kv', 'ex-kv-2'],
]
const redirectUris = ['auth', 'account', 'api/auth'].flatMap((base) =>
  NAMES.map((name) => `${ORIGIN}/${base}/${name}/callback`),
)

/** The client that the app is at Webflow, and at `oauth.example`. */
export const CLIENT = { ...DEFAULT_WEBFLOW_CLIENT, redirectUris }
export const EXAMPLE_CLIENT = { ...DEFAULT_OAUTH_EXAMPLE_CLIENT, redirectUris }
export const WIX_APP = {
  ...DEFAULT_WIX_APP,
  appUrl: `${ORIGIN}/auth/wix-legacy/login`,
  redirectUrls: [`${ORIGIN}/auth/wix-legacy/callback`],
}

/** What is pressed on each provider's page. */
const CONSENT: Readonly<Record<string, Fields>> = {
  'webflow.com': Object.entries({ decision: 'allow', workspace: '', site: WEBFLOW_SITE }),
  'oauth.example': Object.entries({ decision: 'allow', user: 'user-1001' }),
  '/app-installer': Object.entries({ decision: 'install', site: WIX_SITE }),
  '/installer/install': Object.entries({ decision: 'allow', site: WIX_SITE }),
}
export type Fields = readonly (readonly [string, string])[]

const TOKEN_ENDPOINT = /\/(access_token|access|token)\/?$/
const TOKEN = /"((?:access|refresh|id)_token)":\s*"([^"]{8,})"/g
const MAX_TAPPED = 64 * 1024

/** The emulator behind a tap: every secret that goes over it is noted for the scan. */
export function createProvider(options: EmulatorOptions = {}) {
  const secrets = new Set<string>()
  for (const { secret } of [CLIENT, EXAMPLE_CLIENT, WIX_APP]) noteSecret('a client secret', secret)
  const emulator = createEmulator({
    slowSeconds: 2,
    ...options,
    webflow: { clients: [CLIENT], ...options.webflow },
    wix: { apps: [WIX_APP], ...options.wix },
    oauthExample: { clients: [EXAMPLE_CLIENT], ...options.oauthExample },
  })

  function note(kind: string, secret: string | null | undefined): void {
    if (!secret) return
    secrets.add(secret)
    noteSecret(kind, secret)
  }

  /** Passes a body on as it comes, whatever its length, and notes the tokens at its beginning. */
  function tap(body: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
    const decoder = new TextDecoder()
    let text = ''
    const noting = new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        if (text.length < MAX_TAPPED) text += decoder.decode(chunk, { stream: true })
        controller.enqueue(chunk)
      },
      flush() {
        for (const [, kind = '', token] of text.matchAll(TOKEN)) note(kind, token)
      },
    })
    return body.pipeThrough(noting)
  }

  async function fetchProvider(request: Request): Promise<Response> {
    noteText(...addressSeen('an address of a provider', request.url))
    const isToken = TOKEN_ENDPOINT.test(new URL(request.url).pathname)
    if (isToken) note('a code verifier', new URLSearchParams(await request.clone().text()).get('code_verifier'))
    const response = await emulator.fetch(request)
    const location = response.headers.get('location')
    const query = location ? new URL(location, 'https://none.example').searchParams : undefined
    note('a code', query?.get('code'))
    return isToken && response.body ? new Response(tap(response.body), response) : response
  }

  return {
    emulator,
    control: emulator.control,
    secrets,
    fetch: fetchProvider,

    /** Presses the button on a provider's page; returns where that leads. */
    async consent(location: string, fields?: Fields): Promise<string> {
      const { origin, host, pathname } = new URL(location)
      const page = await fetchProvider(new Request(location))
      // Where the provider asks nothing.
      const allowed = page.headers.get('location')
      if (allowed) return allowed
      const [, request = ''] = /name="request" value="([^"]+)"/.exec(await page.text()) ?? []
      const form = new URLSearchParams({ request })
      for (const [name, value] of fields ?? CONSENT[host] ?? CONSENT[pathname] ?? []) form.append(name, value)
      const headers = { 'content-type': 'application/x-www-form-urlencoded' }
      const init = { method: 'POST', headers, body: String(form) }
      const answer = await fetchProvider(new Request(origin + pathname, init))
      return answer.headers.get('location') ?? ''
    },

    /** What the app is told of itself as a client. */
    async clients() {
      const publicKey = await emulator.control.wix.publicKey()
      return {
        webflowClient: { id: CLIENT.id, secret: CLIENT.secret },
        exampleClient: { id: EXAMPLE_CLIENT.id, secret: EXAMPLE_CLIENT.secret },
        wixApp: { appId: WIX_APP.appId, appSecret: WIX_APP.secret, publicKey },
      }
    },
  }
}

export type Provider = ReturnType<typeof createProvider>

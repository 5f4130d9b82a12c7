import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Provider } from 'oidc-provider'

/** A person at the pages of the server. */
export interface Person {
  /** The account to log in with; `ada` by default. */
  readonly account?: string
  /** Whether the person allows what the app asks for; by default the person does. */
  readonly allows?: boolean
  /** The only scopes that the person allows; all by default. */
  readonly scopes?: readonly string[]
}

// The server's pages have no forms: this header carries what the person would enter.
const HEADER = 'x-test-person'
// Login, consent, and the redirects between them.
const MAX_PAGES = 10

/** The cookies of the server in one browser, by name. */
export type Cookies = Map<string, string>

/**
 * Opens a page of the server in a browser, a new one by default, and follows redirects until one leaves the server.
 *
 * @returns the address of the first page elsewhere
 * @throws Error with the body of an answer that is no redirect
 */
export async function visitAs(
  send: (request: Request) => Promise<Response>,
  start: string,
  person: Person = {},
  cookies: Cookies = new Map(),
): Promise<URL> {
  const { origin } = new URL(start)
  let url = new URL(start)
  for (let page = 0; page < MAX_PAGES; page++) {
    const cookie = [...cookies].map((pair) => pair.join('=')).join('; ')
    const response = await send(new Request(url, { headers: { cookie, [HEADER]: JSON.stringify(person) } }))
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (value === '') cookies.delete(name)
      else cookies.set(name, value)
    }
    const target = response.headers.get('location')
    if (target === null) throw new Error(`${url.pathname} answered ${response.status}: ${await response.text()}`)
    url = new URL(target, url)
    if (url.origin !== origin) return url
  }
  throw new Error('the pages of the server lead nowhere')
}

/** Answers a login page or a consent page at once, with what the person enters. */
export async function answerPrompt(
  provider: Provider,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { account = 'ada', allows = true, scopes }: Person = JSON.parse(String(request.headers[HEADER]))
  const { prompt, params, session, grantId } = await provider.interactionDetails(request, response)
  const finish = (result: Record<string, unknown>) => provider.interactionFinished(request, response, result)
  if (prompt.name === 'login') return finish({ login: { accountId: account } })
  if (!allows) return finish({ error: 'access_denied', error_description: 'The person refused.' })

  const known = grantId === undefined ? undefined : await provider.Grant.find(grantId)
  const ids = { accountId: String(session?.accountId), clientId: String(params['client_id']) }
  const grant = known ?? new provider.Grant(ids)
  const isAllowed = (scope: string) => scope === 'openid' || (scopes?.includes(scope) ?? true)
  const { missingOIDCScope = [], missingResourceScopes = {} } = prompt.details as Missing
  grant.addOIDCScope(missingOIDCScope.filter(isAllowed))
  grant.rejectOIDCScope(missingOIDCScope.filter((scope) => !isAllowed(scope)))
  for (const [resource, missing] of Object.entries(missingResourceScopes)) {
    grant.addResourceScope(resource, missing.filter(isAllowed))
  }
  return finish({ consent: { grantId: await grant.save() } })
}

/** What a consent page has to ask for. */
interface Missing {
  readonly missingOIDCScope?: readonly string[]
  readonly missingResourceScopes?: Readonly<Record<string, readonly string[]>>
}

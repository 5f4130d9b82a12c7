import type { Context } from 'hono'
import { html } from 'hono/html'
import { isOAuthError } from '../errors.ts'
import { respondWithPage } from './answers.ts'
import { forbidFraming } from './embedding.ts'

const DEFAULT_WAIT_SECONDS = 60

/** A client of an MCP server, as `describeConsent()` of `@cloudflare/workers-oauth-provider` tells it. */
export interface McpClientDescription {
  /** The name that the client has given itself. */
  readonly clientName: string
  /** The host that publishes the client's metadata document; absent for a client that has registered itself. */
  readonly clientDomain?: string | undefined
  /** The host that gets the authorization code. */
  readonly redirectHost: string
  /** Whether that host is the person's own machine. */
  readonly redirectIsLoopback: boolean
}

/** What a person is asked before an MCP client gets access. */
export interface ConsentQuestion {
  readonly client: McpClientDescription
  /** What the client can do then, each as the end of "It can then …". */
  readonly gives: readonly string[]
  /** The buttons: the text of each by the value of `choice` that it posts. */
  readonly choices: Readonly<Record<string, string>>
  /** What the form posts as `handle`: it ties the answer to this browser. */
  readonly handle: string
}

/** Why a tool failed, for its result. */
export interface ToolFailure {
  /** What happened and what to do, in one line, with `loginUrl` in it. */
  readonly text: string
  /** The page where the person signs in or allows what is missing; absent where that does not help. */
  readonly loginUrl?: string | undefined
}

/**
 * Asks a person whether an MCP client may use an account: who asks, what it gets, where, and which account.
 *
 * The form posts `handle` and `choice` to the address of the page. The texts of the client are escaped, and the page is
 * in no frame.
 *
 * @param c - the context of the request; headers and cookies that it has already are kept
 * @param question - the client, what it gets, and the choices
 * @returns the page
 * @see {@link https://modelcontextprotocol.io/docs/2026-07-28/tutorials/security/security_best_practices | MCP - Security best practices}
 * @example
 * ```ts
 * app.get('/authorize', (c) =>
 *   askForConsent(c, {
 *     client: { clientName: 'Inspector', redirectHost: 'localhost', redirectIsLoopback: true },
 *     gives: ['see your sites'],
 *     choices: { webflow: 'Allow, and choose an account at Webflow', deny: 'Do not allow' },
 *     handle: 'a-handle',
 *   }),
 * )
 * ```
 */
export async function askForConsent(
  c: Context,
  { client, gives, choices, handle }: ConsentQuestion,
): Promise<Response> {
  const { clientName, clientDomain, redirectHost, redirectIsLoopback } = client
  forbidFraming(c)
  const buttons = Object.entries(choices).map(
    ([choice, text]) => html`<p><button name="choice" value="${choice}">${text}</button></p>`,
  )
  const page = await respondWithPage(c, {
    title: `Let ${clientName} use your account?`,
    paragraphs: [
      clientDomain ? html`It is published by <b>${clientDomain}</b>.` : 'It has chosen this name itself.',
      redirectIsLoopback
        ? html`It is a program on this computer (<b>${redirectHost}</b>). Go on only if you have started it.`
        : html`It gets the answer at <b>${redirectHost}</b>.`,
      html`It can then:<ul>${gives.map((each) => html`<li>${each}</li>`)}</ul>`,
      'It gets no password, and no token of the account.',
      html`<form method="post"><input type="hidden" name="handle" value="${handle}">${buttons}</form>`,
    ],
    links: [],
    about: [],
  })
  // Browsers also judge the redirects of a form by `form-action`, and the answer leads to the provider or the client.
  const policy = page.headers.get('content-security-policy') ?? ''
  page.headers.set('content-security-policy', policy.replace("form-action 'none'; ", ''))
  return page
}

/**
 * Says why a tool of an MCP server failed, and where the person can help.
 *
 * @param error - what the work with a connection threw: an error of this package, or an answer of the provider's API
 * @returns the text of the tool's result, and the URL for a client that can open pages (URL elicitation)
 * @throws the same error, when it is neither
 * @example
 * ```ts
 * try {
 *   const answer = await connection.fetch('/v2/sites')
 *   if (!answer.ok) throw answer
 * } catch (error) {
 *   const { text } = toolFailure(error)
 *   console.log({ isError: true, content: [{ type: 'text', text }] })
 * }
 * ```
 */
export function toolFailure(error: unknown): ToolFailure {
  if (error instanceof Response) return refused(error)
  if (!isOAuthError(error)) throw error
  const { title, advice, loginUrl, missingScopes = [], retryAfterSeconds } = error
  const scopes = missingScopes.length > 0 ? ` It needs: ${missingScopes.join(' ')}.` : ''
  if (loginUrl) return { text: `${title}.${scopes} Ask the person to open ${loginUrl} and then try again.`, loginUrl }
  return { text: `${title}. ${retryAfterSeconds ? `Try again in ${retryAfterSeconds} seconds.` : advice}` }
}

function refused({ status, headers }: Response): ToolFailure {
  if (status !== 429) return { text: `The provider refused this with status ${status}.` }
  const seconds = Number(headers.get('retry-after')) || DEFAULT_WAIT_SECONDS
  return { text: `The provider limits requests. Try again in ${seconds} seconds.` }
}

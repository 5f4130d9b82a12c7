import { OAuthError } from '../errors.ts'
import { backTo, respondWithPage } from './answers.ts'
import { forbidFraming } from './embedding.ts'
import type { Visit } from './runtime.ts'

const MAX_SHOWN = 200

/**
 * Asks before a login that a page of another site has started, where the app has users or the provider wants it: the
 * page names the user of the app, and the account at the provider where the link chose one. Its link leads to the login
 * from our own page.
 *
 * A provider that remembers its consent sends the browser back without a click, so such a link could connect an account
 * that the user did not choose, for the user's every browser. Without `owner` a connection belongs to this browser alone,
 * and nothing of another person comes into reach; a question would only stop links in mails. But the link to an MCP
 * server may name one that misleads the app, so that provider wants the question. A typed address, a link in a mail
 * program, and a browser or a program without `Sec-Fetch-Site` are not asked.
 *
 * @param login - what the link says about the account at the provider
 * @param link - the URL of the login
 * @returns `undefined` for a login that goes on
 * @throws OAuthError `owner_missing`, or `request_cross_site` for a method that no link has
 */
export async function confirmLogin(
  visit: Visit,
  login: Readonly<Record<string, string>>,
  link: string,
): Promise<Response | undefined> {
  const { c, runtime } = visit
  const isFromElsewhere = /^(cross|same)-site$/.test(c.req.header('sec-fetch-site') ?? '')
  const { owner } = runtime.config
  const asks = owner || runtime.provider(visit.name).confirmsLogin
  if (!asks || !isFromElsewhere) return undefined
  if (c.req.method !== 'GET') throw new OAuthError('request_cross_site')
  const userId = await owner?.(c)
  if (owner && !userId) throw new OAuthError('owner_missing')
  const signedIn = userId ? ` You are signed in to this app as ${userId}.` : ''
  const chosen = Object.entries(login).map(([param, value]) => `${param}: ${value.slice(0, MAX_SHOWN)}`)
  return ask(visit, 'your account', link, [
    `Another site has sent you here.${signedIn}`,
    ...chosen,
    'Go on only if you want to connect an account.',
  ])
}

/**
 * Asks before the login of a ticket: another person may have sent it.
 *
 * @param user - the user of the app whom the ticket names
 * @param link - the URL of the authorization request
 */
export function confirmTicket(visit: Visit, user: string, link: string): Promise<Response> {
  return ask(visit, `the account of ${user}`, link, [
    `Go on only if you are ${user} and have just asked for this: ${user} will use the account that you connect.`,
  ])
}

function ask(
  { c, runtime, name }: Visit,
  account: string,
  link: string,
  paragraphs: readonly string[],
): Promise<Response> {
  const { appName, defaultReturnTo } = runtime.config
  forbidFraming(c)
  return respondWithPage(c, {
    title: `Connect ${name} to ${account}?`,
    paragraphs,
    links: [
      ['Connect', link],
      [backTo(appName), defaultReturnTo],
    ],
    about: [appName],
  })
}

import type { Notice } from 'hono-oauth'
import type { ConnectionView } from '../connection-state.ts'
import { namingPlatform, platformOf, platformTitle } from '../platforms.ts'

/** What just happened: one sentence or two, whether it is good news, and what can be done about it. */
export interface Happening {
  readonly text: string
  readonly isGood: boolean
  readonly action?: { readonly text: string; readonly label: string; readonly href: string }
}

const good = (text: string): Happening => ({ text, isGood: true })
const bad = (text: string): Happening => ({ text, isGood: false })

/** What the forms of this page came to, by the value of `done`. */
const DONE: Readonly<Record<string, string>> = {
  'signed-out': 'You are signed out. Your connections are kept, but this browser does not see them any more.',
  'disconnected-all': 'All accounts are disconnected here. The activity below says what each platform answered.',
  none: 'There was nothing to disconnect.',
}

/** The failures after which another sign-in is of no use. */
const FINAL = ['client_rejected', 'context_too_large', 'configuration_invalid']

interface Visit {
  readonly notice: Notice | undefined
  /** What a form of this page came to. */
  readonly done: string | undefined
  readonly views: readonly ConnectionView[]
  /** The page to which a sign-in leads. */
  readonly returnTo: string
}

/** What just happened: by the notice of the library, or by a form of this page. */
export function whatHappened({ notice, done, views, returnTo }: Visit): Happening | undefined {
  if (!notice) return done !== undefined && Object.hasOwn(DONE, done) ? good(String(DONE[done])) : undefined
  const here = views.filter(({ summary }) => summary.provider === notice.provider)
  if (notice.type === 'connected') return connected(notice, here)
  return notice.type === 'disconnected' ? disconnected(notice) : failed(notice, here, returnTo)
}

type Of<Type extends Notice['type']> = Extract<Notice, { type: Type }>

function connected(
  { provider, connectionId, account, again }: Of<'connected'>,
  here: readonly ConnectionView[],
): Happening {
  const title = platformTitle(provider)
  const who = here.find(({ summary }) => summary.id === connectionId)?.who ?? account.name ?? 'an account'
  const another = here.find(({ summary, state }) => state === 'ended' && summary.id !== connectionId)
  if (another && !again) {
    return bad(`You signed in to ${title} with another account, ${who}. ${another.who} still needs a sign-in.`)
  }
  return good(again ? `${title} is connected again as ${who}.` : `${title} is connected as ${who}.`)
}

function disconnected({ provider, account, outcome }: Of<'disconnected'>): Happening {
  const title = platformTitle(provider)
  const who = account.name ? `${account.name} is disconnected.` : 'The account is disconnected.'
  if (outcome === 'revoked') return good(`${who} ${title} ended the access.`)
  if (outcome === 'pending') return bad(`${who} ${title} did not answer; we keep asking for six days.`)
  return good(`${who} ${platformOf(provider)?.howToRemove ?? `${title} lets no app end the access itself.`}`)
}

function failed(
  { provider, code, title: what, advice }: Of<'failed'>,
  here: readonly ConnectionView[],
  returnTo: string,
): Happening {
  const title = platformTitle(provider)
  const [before] = here.filter(({ state }) => state !== 'ended')
  if (code === 'transaction_unknown' && before) {
    return good(`That sign-in is done already: ${title} is connected as ${here.at(-1)?.who}.`)
  }
  const told = before ? `Nothing has changed: ${title} is connected as ${before.who}.` : `${title} is not connected.`
  const { text, isGood } = bad(`${told} ${namingPlatform(`${what}. ${advice}`, provider)}`)
  if (FINAL.includes(code)) return { text, isGood }
  const href = `/auth/${provider}/login?${new URLSearchParams({ return_to: returnTo })}`
  return { text, isGood, action: { text: 'Start again', label: `Start again: ${title}`, href } }
}

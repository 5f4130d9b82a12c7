import type { Notice } from 'hono-oauth'
import type { Activity } from '../activity.ts'
import type { ConnectionView, State } from '../connection-state.ts'
import { platformOf } from '../platforms.ts'

/** How a connection is doing, in words. */
export const STATES: Readonly<Record<State, string>> = {
  working: 'Working',
  ending: 'Sign in again soon',
  retrying: "Can't refresh, retrying",
  ended: 'Needs sign-in',
  permission: 'Missing permission',
  unreachable: 'Not reachable',
}

/** The title of a platform; the name of one that the app has no longer. */
export function platformTitle(provider: string): string {
  return platformOf(provider)?.title ?? provider
}

/** What just happened: one sentence or two, and whether it is good news. */
export interface Happening {
  readonly text: string
  readonly isGood: boolean
}

const good = (text: string): Happening => ({ text, isGood: true })
const bad = (text: string): Happening => ({ text, isGood: false })

/** What the forms of this page came to, by the value of `done`. */
const DONE: Readonly<Record<string, string>> = {
  'signed-out': 'You are signed out. Your connections are kept, but this browser does not see them any more.',
  'disconnected-all': 'All accounts are disconnected here. The activity below says what each platform answered.',
  none: 'There was nothing to disconnect.',
}

/** What just happened: by the notice of the library, or by a form of this page. */
export function whatHappened(
  notice: Notice | undefined,
  done: string | undefined,
  views: readonly ConnectionView[],
): Happening | undefined {
  if (!notice) return done !== undefined && Object.hasOwn(DONE, done) ? good(String(DONE[done])) : undefined
  const title = platformTitle(notice.provider)
  const here = views.filter(({ summary }) => summary.provider === notice.provider)
  if (notice.type === 'connected') {
    const who =
      here.find(({ summary }) => summary.id === notice.connectionId)?.who ?? notice.account.name ?? 'an account'
    const another = here.find(({ summary, state }) => state === 'ended' && summary.id !== notice.connectionId)
    if (another && !notice.again) {
      return bad(`You signed in to ${title} with another account, ${who}. ${another.who} still needs a sign-in.`)
    }
    return good(notice.again ? `${title} is connected again as ${who}.` : `${title} is connected as ${who}.`)
  }
  if (notice.type === 'disconnected') return ended(title, notice)
  if (notice.code === 'transaction_unknown' && here.some(({ state }) => state === 'working')) {
    return good(`That sign-in is done already: ${title} is connected as ${here.at(-1)?.who}.`)
  }
  return bad(`${title} is not connected. ${notice.title}. ${notice.advice}`)
}

function ended(title: string, { provider, account, outcome }: Extract<Notice, { type: 'disconnected' }>): Happening {
  const who = account.name ? `${account.name} is disconnected.` : 'The account is disconnected.'
  if (outcome === 'revoked') return good(`${who} ${title} ended the access.`)
  if (outcome === 'pending') return bad(`${who} ${title} did not answer; we keep asking for six days.`)
  return good(`${who} ${platformOf(provider)?.howToRemove ?? `${title} lets no app end the access itself.`}`)
}

/** One entry of the activity, as a sentence. */
export function activityText({ type, provider, account, by, outcome }: Activity): string {
  const title = platformTitle(provider)
  const who = account ? `${title}, ${account}` : title
  switch (type) {
    case 'connected':
      return `${who}: connected`
    case 'refreshed':
      return `${who}: access renewed`
    case 'recovered':
      return `${who}: works again`
    case 'degraded':
      return `${who}: could not be renewed, and is tried again`
    case 'needs_reauth':
      return `${who}: needs a sign-in`
    case 'revoked':
      if (by === 'provider') return `${who}: access ended at ${title}`
      return outcome === 'pending' ? `${who}: disconnected, and ${title} is still asked` : `${who}: disconnected`
  }
}

import type { Activity } from '../activity.ts'
import type { State } from '../connection-state.ts'
import { platformTitle } from '../platforms.ts'

/** How a connection is doing, in words. */
export const STATES: Readonly<Record<State, string>> = {
  working: 'Working',
  ending: 'Sign in again soon',
  retrying: "Can't refresh, retrying",
  ended: 'Needs sign-in',
  permission: 'Missing permission',
  unreachable: 'Not reachable',
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
      if (outcome === 'pending') return `${who}: disconnected, and ${title} is still asked`
      return outcome === 'deleted_only' ? `${who}: disconnected here only` : `${who}: disconnected`
  }
}

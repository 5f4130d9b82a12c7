import type { FC } from 'hono/jsx'
import type { ConnectionView } from '../connection-state.ts'
import { platformOf, type ProviderName } from '../platforms.ts'
import { PlatformMark } from './marks.tsx'
import type { ShowTime } from './times.ts'
import { STATES } from './wording.ts'

/** One connected account: who, how it is doing, what it may do, and the one thing that is due. */
export const ConnectionCard: FC<{ view: ConnectionView; time: ShowTime }> = ({ view, time }) => {
  const { summary, who, state, problem, action, sites, checkedAt } = view
  const { title } = platformOf(summary.provider)
  const heading = `account-${summary.id}`
  const name = `${title}, ${who}`
  return (
    <article aria-labelledby={heading}>
      <div class="head">
        <PlatformMark name={summary.provider as ProviderName} />
        <h2 id={heading}>
          <span class="hint">{title}</span> {who}
        </h2>
        <p class={`badge ${state}`}>{STATES[state]}</p>
      </div>
      {problem && <p class="problem">{problem}</p>}
      {action && (
        <p>
          <a class="button" href={action.href} aria-label={`${action.text}: ${name}`}>
            {action.text}
          </a>
        </p>
      )}
      {sites.length > 0 && <Sites names={sites} />}
      <Permissions scopes={summary.scopes} words={platformOf(summary.provider).scopes} />
      <p class="hint">
        Connected <time datetime={summary.createdAt}>{time(summary.createdAt)}</time>.{' '}
        {checkedAt ? (
          <>
            Last checked <time datetime={checkedAt}>{time(checkedAt)}</time>.
          </>
        ) : (
          'Not checked yet.'
        )}
      </p>
      <Disconnect id={summary.id} name={name} />
    </article>
  )
}

const Sites: FC<{ names: readonly string[] }> = ({ names }) => (
  <>
    <h3>{names.length === 1 ? '1 site' : `${names.length} sites`}</h3>
    <ul class="sites">
      {names.map((site) => (
        <li>{site}</li>
      ))}
    </ul>
  </>
)

const Permissions: FC<{ scopes: readonly string[]; words: Readonly<Record<string, string>> }> = ({ scopes, words }) => {
  if (scopes.length === 0) return null
  const known = scopes.filter((scope) => Object.hasOwn(words, scope))
  const more = scopes.length - known.length
  const rest =
    more === 0 ? [] : [`${more} ${known.length > 0 ? 'more ' : ''}${more === 1 ? 'permission' : 'permissions'}`]
  return (
    <details>
      <summary>May: {[...known.map((scope) => words[scope]), ...rest].join(', ')}</summary>
      <p class="hint">
        {scopes.map((scope) => (
          <>
            <code>{scope}</code>{' '}
          </>
        ))}
      </p>
    </details>
  )
}

/** What a disconnect does. */
export const ENDS = 'This app forgets the account at once, and asks the platform to end the access.'

/** Asks first: in a popover, or on a page of its own where the browser has no popovers. */
const Disconnect: FC<{ id: string; name: string }> = ({ id, name }) => (
  <div class="disconnect">
    <button type="button" class="asks" popovertarget={`end-${id}`} aria-label={`Disconnect ${name}`}>
      Disconnect
    </button>
    <a class="asks-elsewhere" href={`/disconnect/${id}`} aria-label={`Disconnect ${name}, on another page`}>
      Disconnect
    </a>
    <div id={`end-${id}`} popover="auto" role="dialog" aria-label={`Disconnect ${name}?`}>
      <p>
        <strong>Disconnect {name}?</strong>
      </p>
      <p>{ENDS}</p>
      <div class="actions">
        <EndForm id={id} name={name} />
        <button type="button" popovertarget={`end-${id}`} popovertargetaction="hide" aria-label={`Keep it: ${name}`}>
          Keep it
        </button>
      </div>
    </div>
  </div>
)

/** The form that disconnects. */
export const EndForm: FC<{ id: string; name: string }> = ({ id, name }) => (
  <form method="post" action={`/auth/connections/${id}/revoke`}>
    <input type="hidden" name="return_to" value="/" />
    <button type="submit" class="danger" aria-label={`Yes, disconnect ${name}`}>
      Yes, disconnect
    </button>
  </form>
)

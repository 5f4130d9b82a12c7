import type { FC } from 'hono/jsx'
import type { Activity } from '../activity.ts'
import type { ConnectionView } from '../connection-state.ts'
import { PLATFORMS, type Platform, type ProviderName } from '../platforms.ts'
import { ConnectionCard } from './card.tsx'
import type { Happening } from './happening.ts'
import { APP_NAME, page } from './layout.tsx'
import { PlatformMark } from './marks.tsx'
import type { ShowTime } from './times.ts'
import { activityText } from './wording.ts'

interface DashboardProps {
  /** The platforms that a visitor can connect. */
  readonly platforms: readonly ProviderName[]
  readonly views: readonly ConnectionView[]
  readonly activity: readonly Activity[]
  readonly happening: Happening | undefined
  /** The page to which a sign-in leads. */
  readonly returnTo: string
  readonly time: ShowTime
}

/** The page with the connected accounts. */
export function dashboard(props: DashboardProps) {
  return page(props.happening?.text ?? APP_NAME, <Dashboard {...props} />)
}

const Dashboard: FC<DashboardProps> = ({ platforms, views, activity, happening, returnTo, time }) => {
  const free = platforms.filter((name) => views.every(({ summary }) => summary.provider !== name))
  const isForDevelopers = (name: ProviderName) => (PLATFORMS[name] as Platform).forDevelopers === true
  return (
    <>
      <h1>Your accounts</h1>
      {happening && <Status happening={happening} />}
      {views.length === 0 && (
        <p class="lead">Connect a website platform below, and see its sites here. Nothing is connected yet.</p>
      )}
      {views.map((view) => (
        <ConnectionCard view={view} time={time} />
      ))}
      <section aria-labelledby="connect">
        <h2 id="connect">{views.length === 0 ? 'Connect an account' : 'Connect another account'}</h2>
        <PlatformRows names={platforms.filter((name) => !isForDevelopers(name))} free={free} returnTo={returnTo} />
      </section>
      {activity.length > 0 && (
        <section aria-labelledby="activity">
          <h2 id="activity">Activity</h2>
          <ol class="activity">
            {activity.map((entry) => (
              <li>
                <time datetime={entry.at}>{time(entry.at)}</time> {activityText(entry)}
              </li>
            ))}
          </ol>
        </section>
      )}
      {platforms.some(isForDevelopers) && (
        <section aria-labelledby="developers">
          <h2 id="developers">For developers</h2>
          <PlatformRows names={platforms.filter(isForDevelopers)} free={free} isQuiet returnTo={returnTo} />
        </section>
      )}
      <section aria-labelledby="browser" class="quiet">
        <h2 id="browser">This browser</h2>
        <p>
          It sees your accounts for 30 days after the first sign-in, and for 14 days when you do not come back. No other
          browser sees them.
        </p>
        {views.length > 0 && (
          <div class="actions">
            <a class="button plain" href="/disconnect">
              Disconnect all
            </a>
            <form method="post" action="/sign-out">
              <button type="submit">Sign out</button>
            </form>
          </div>
        )}
      </section>
    </>
  )
}

/** What just happened, with the focus: a screen reader says it first. */
const Status: FC<{ happening: Happening }> = ({ happening: { text, isGood, action } }) => (
  <div class={isGood ? 'happened' : 'happened bad'} role="status" tabindex={-1} autofocus>
    <p>{text}</p>
    {action && (
      <a class="button" href={action.href} aria-label={action.label}>
        {action.text}
      </a>
    )}
  </div>
)

interface PlatformRowsProps {
  readonly names: readonly ProviderName[]
  /** Those without a connection. */
  readonly free: readonly ProviderName[]
  readonly isQuiet?: boolean
  readonly returnTo: string
}

/** One quiet row for each platform. */
const PlatformRows: FC<PlatformRowsProps> = ({ names, free, isQuiet = false, returnTo }) => (
  <ul class="platforms">
    {names.map((name) => {
      const { title, hint } = PLATFORMS[name]
      return (
        <li>
          <PlatformMark name={name} />
          <div>
            <strong>{title}</strong>
            <span class="hint">{hint}</span>
          </div>
          <a
            class={free.includes(name) && !isQuiet ? 'button' : 'button plain'}
            href={`/auth/${name}/login?${new URLSearchParams({ return_to: returnTo })}`}
            aria-label={free.includes(name) ? `Connect ${title}` : `Connect another ${title} account`}
          >
            {free.includes(name) ? (isQuiet ? 'Connect' : `Connect ${title}`) : 'Connect another'}
          </a>
        </li>
      )
    })}
  </ul>
)

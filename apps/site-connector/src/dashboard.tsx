import type { FC } from 'hono/jsx'
import { type Connection, type ConnectionSummary, isOAuthError } from 'hono-oauth'
import { PLATFORMS, type Platform, type ProviderName } from './platforms.ts'

/** A connection with the provider's current answer about it. */
interface ConnectionView {
  readonly summary: ConnectionSummary
  /** The name of the account, or the number of sites. */
  readonly title: string
  readonly sites: readonly string[]
  /** Shown instead of the sites after an error. */
  readonly problem?: string | undefined
}

/** Asks each connection's provider for its sites or its account. */
export async function loadDashboard(connections: readonly Connection[]): Promise<readonly ConnectionView[]> {
  return Promise.all(connections.map(loadConnection))
}

async function loadConnection(connection: Connection): Promise<ConnectionView> {
  const summary = connection.toJSON()
  const { listSites, getAccount, title }: Platform = PLATFORMS[connection.provider as ProviderName]
  try {
    if (!listSites) return { summary, title: (await getAccount(connection)).name, sites: [] }
    const sites = (await listSites(connection)).map(({ name }) => name)
    return { summary, title: sites.length === 1 ? '1 site' : `${sites.length} sites`, sites }
  } catch (error) {
    const problem = isOAuthError(error)
      ? `${error.title}. ${error.advice}`
      : `${title} isn't available right now. Your connection is kept. Reload the page in a minute.`
    return { summary, title: '', sites: [], problem }
  }
}

interface DashboardProps {
  /** The platforms that a visitor can connect. */
  readonly platforms: readonly ProviderName[]
  readonly views: readonly ConnectionView[]
}

/** The app's only page. */
export const Dashboard: FC<DashboardProps> = ({ platforms, views }) => (
  <html lang="en">
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <title>Site Connector</title>
      <link rel="stylesheet" href="/style.css" />
    </head>
    <body>
      <header>
        <h1>Site Connector</h1>
        <p>Connect your website platforms and see all your sites in one place.</p>
      </header>
      <main>
        {platforms.map((name) => (
          <PlatformSection name={name} views={views.filter(({ summary }) => summary.provider === name)} />
        ))}
      </main>
    </body>
  </html>
)

/** The text for each state that needs the visitor's attention. */
const HEALTH = {
  expiring: 'This connection ends soon. Log in again to keep it.',
  degraded: "We couldn't renew this connection just now. It is kept, and we'll try again.",
  needs_reauth: 'This connection no longer works. Log in again.',
} as const

const PlatformSection: FC<{ name: ProviderName; views: readonly ConnectionView[] }> = ({ name, views }) => {
  const { title, hint } = PLATFORMS[name]
  return (
    <section aria-labelledby={name}>
      <h2 id={name}>{title}</h2>
      <p class="hint">{hint}</p>
      {views.map((view) => (
        <ConnectionCard {...view} />
      ))}
      <p>
        <a class="button" href={`/auth/${name}/login?return_to=/`}>
          {views.length === 0 ? `Connect ${title}` : `Connect ${title} again`}
        </a>
      </p>
    </section>
  )
}

const ConnectionCard: FC<ConnectionView> = ({ summary, title, sites, problem }) => (
  <article>
    <h3>
      {title ? `${title}, connected` : 'Connected'}{' '}
      <time datetime={summary.createdAt}>{summary.createdAt.slice(0, 10)}</time>
    </h3>
    {problem && <p class="problem">{problem}</p>}
    {!problem && summary.health !== 'active' && <p class="problem">{HEALTH[summary.health]}</p>}
    {summary.reauthorizeUrl && (
      <p>
        <a href={summary.reauthorizeUrl}>Log in again</a>
      </p>
    )}
    {sites.length > 0 && (
      <ul>
        {sites.map((site) => (
          <li>{site}</li>
        ))}
      </ul>
    )}
    {summary.scopes.length > 0 && <p class="scopes">Allowed: {summary.scopes.join(', ')}</p>}
    <form method="post" action={`/auth/connections/${summary.id}/revoke`}>
      <input type="hidden" name="return_to" value="/" />
      <button type="submit">Disconnect</button>
    </form>
  </article>
)

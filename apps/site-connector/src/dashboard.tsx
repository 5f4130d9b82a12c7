import type { FC } from 'hono/jsx'
import { type Connection, type ConnectionSummary, isOAuthError } from 'hono-oauth'
import { PLATFORMS, type ProviderName, type Site } from './platforms.ts'

/** A connection with what its provider says of it right now. */
interface ConnectionView {
  readonly summary: ConnectionSummary
  readonly sites: readonly Site[]
  /** Why there are no sites to show, if something went wrong. */
  readonly problem?: string | undefined
}

/** Asks the provider of each connection for its sites. */
export async function loadDashboard(
  connections: readonly Connection[],
): Promise<readonly ConnectionView[]> {
  return Promise.all(connections.map(loadConnection))
}

async function loadConnection(connection: Connection): Promise<ConnectionView> {
  const summary = connection.toJSON()
  const { listSites, title } = PLATFORMS[connection.provider as ProviderName]
  try {
    return { summary, sites: await listSites(connection) }
  } catch (error) {
    const problem = isOAuthError(error)
      ? `${error.title}. ${error.advice}`
      : `${title} does not answer at the moment. Reload the page in a minute.`
    return { summary, sites: [], problem }
  }
}

/** The one page of the app. */
export const Dashboard: FC<{ readonly views: readonly ConnectionView[] }> = ({ views }) => (
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
        <p>Connect the platforms your websites live on, and see their sites in one place.</p>
      </header>
      <main>
        {(Object.keys(PLATFORMS) as ProviderName[]).map((name) => (
          <PlatformSection
            name={name}
            views={views.filter(({ summary }) => summary.provider === name)}
          />
        ))}
      </main>
    </body>
  </html>
)

const PlatformSection: FC<{ name: ProviderName; views: readonly ConnectionView[] }> = ({
  name,
  views,
}) => {
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

const ConnectionCard: FC<ConnectionView> = ({ summary, sites, problem }) => (
  <article>
    <h3>
      {problem
        ? 'Connected'
        : `${sites.length === 1 ? '1 site' : `${sites.length} sites`}, connected`}{' '}
      <time datetime={summary.createdAt}>{summary.createdAt.slice(0, 10)}</time>
    </h3>
    {problem && <p class="problem">{problem}</p>}
    {sites.length > 0 && (
      <ul>
        {sites.map((site) => (
          <li>{site.name}</li>
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

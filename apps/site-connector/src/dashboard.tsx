import type { FC } from 'hono/jsx'
import { type Connection, type ConnectionSummary, isOAuthError } from 'hono-oauth'
import { listSites, type Site } from './webflow-api.ts'

/** A connection with what its provider says of it right now. */
interface ConnectionView {
  readonly summary: ConnectionSummary
  readonly sites: readonly Site[]
  /** Why there are no sites to show, if something went wrong. */
  readonly problem?: string | undefined
}

/** What the dashboard shows. */
export interface DashboardProps {
  readonly connections: readonly ConnectionView[]
}

/** Asks the provider of each connection for its sites. */
export async function loadDashboard(connections: readonly Connection[]): Promise<DashboardProps> {
  return { connections: await Promise.all(connections.map(loadConnection)) }
}

async function loadConnection(connection: Connection): Promise<ConnectionView> {
  const summary = connection.toJSON()
  try {
    return { summary, sites: await listSites(connection) }
  } catch (error) {
    const problem = isOAuthError(error)
      ? `${error.title}. ${error.advice}`
      : 'Webflow does not answer at the moment. Reload the page in a minute.'
    return { summary, sites: [], problem }
  }
}

/** The one page of the app. */
export const Dashboard: FC<DashboardProps> = ({ connections }) => (
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
        <section aria-labelledby="webflow">
          <h2 id="webflow">Webflow</h2>
          {connections.length === 0 && <p>Not connected.</p>}
          {connections.map((connection) => (
            <ConnectionCard {...connection} />
          ))}
          <p>
            <a class="button" href="/auth/webflow/login?return_to=/">
              {connections.length === 0 ? 'Connect Webflow' : 'Connect another Webflow workspace'}
            </a>
          </p>
        </section>
      </main>
    </body>
  </html>
)

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
    <p class="scopes">Allowed: {summary.scopes.join(', ')}</p>
    <form method="post" action={`/auth/connections/${summary.id}/revoke`}>
      <input type="hidden" name="return_to" value="/" />
      <button type="submit">Disconnect</button>
    </form>
  </article>
)

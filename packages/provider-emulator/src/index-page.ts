import { html } from 'hono/html'
import { htmlPage } from './pages.ts'
import type { EmulatedProvider } from './provider.ts'
import type { ScenarioStatus } from './scenarios.ts'

export function indexPage(
  providers: readonly EmulatedProvider[],
  scenarios: readonly ScenarioStatus[],
): Promise<Response> {
  const hosts = providers.flatMap((provider) => provider.hosts)
  const linkedRoutes = [
    '/_emulator/requests',
    '/_emulator/scenarios',
    ...providers.flatMap(({ name, linkedRoutes: paths = [] }) =>
      paths.map((path) => `/_emulator/${name}${path}`),
    ),
  ]
  const body = html`
<h1>Provider emulator</h1>
<p>An offline stand-in for OAuth providers. Nothing here is the real service, and nothing you
allow here touches a real account.</p>
<h2>Hosts</h2>
<ul>${hosts.map((host) => html`<li><code>/${host}/</code> answers as <code>${host}</code></li>`)}</ul>
<h2>Control</h2>
<ul>${linkedRoutes.map((path) => html`<li><a href="${path}"><code>GET ${path}</code></a></li>`)}</ul>
<h2>Scenarios</h2>
<dl>${scenarios.map(
    ({ name, description, active }) =>
      html`<dt>${name}${active ? ' (on)' : ''}</dt><dd>${description}</dd>`,
  )}</dl>`
  return htmlPage({ title: 'Provider emulator', body })
}

import { html } from 'hono/html'
import { htmlPage } from './html-page.ts'
import type { ScenarioStatus } from './scenarios.ts'

export function indexPage(
  hosts: readonly string[],
  scenarios: readonly ScenarioStatus[],
): Promise<Response> {
  const body = html`
<h1>Provider emulator</h1>
<p>An offline stand-in for OAuth providers. Nothing here is the real service, and nothing you
allow here touches a real account.</p>
<h2>Hosts</h2>
<ul>${hosts.map((host) => html`<li><code>/${host}/</code> answers as <code>${host}</code></li>`)}</ul>
<h2>Control</h2>
<ul>
<li><a href="/_emulator/requests"><code>GET /_emulator/requests</code></a></li>
<li><a href="/_emulator/scenarios"><code>GET /_emulator/scenarios</code></a></li>
</ul>
<h2>Scenarios</h2>
<dl>${scenarios.map(
    ({ name, description, active }) =>
      html`<dt>${name}${active ? ' (on)' : ''}</dt><dd>${description}</dd>`,
  )}</dl>`
  return htmlPage({ title: 'Provider emulator', body })
}

import { html } from 'hono/html'
import type { Markup } from '../../html-page.ts'
import type { LoggedRequest } from '../../request-log.ts'
import type { Panel } from './panel.ts'
import { actionForm, addressOf, options, type View, viewForm } from './view.ts'

const MAX_SHOWN = 50

const isFor = ({ providers }: Panel, { host }: LoggedRequest, filter: string | undefined): boolean =>
  filter === undefined || host === filter || providers.some(({ name, isHost }) => name === filter && isHost(host))

/** The filters that find something: the providers and the hosts of the log. */
function filtersOf({ providers }: Panel, requests: readonly LoggedRequest[]) {
  const hosts = [...new Set(requests.map(({ host }) => host))].toSorted()
  const found = providers.filter(({ isHost }) => hosts.some(isHost))
  return [
    ...found.map(({ name, title }) => ({ value: name, label: title })),
    ...hosts.map((host) => ({ value: host, label: host })),
  ]
}

function statusBadge(status: number | null): Markup {
  if (status === null) return html`<span class="badge warn">waiting</span>`
  const kind = status >= 500 ? 'bad' : status >= 400 ? 'warn' : 'good'
  return html`<span class="badge ${kind}">${status}</span>`
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))

/** The members of a query or a body, one a line. */
function members(title: string, value: unknown): Markup | '' {
  if (value === undefined) return ''
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return html`<h3>${title}</h3><p><code>${textOf(value)}</code></p>`
  }
  const entries = Object.entries(value)
  if (entries.length === 0) return ''
  return html`<h3>${title}</h3><dl class="members">${entries.map(
    ([name, member]) => html`<div><dt>${name}</dt><dd><code>${textOf(member)}</code></dd></div>`,
  )}</dl>`
}

function requestRow({ method, host, path, query, body, status, at }: LoggedRequest, number: number): Markup {
  const line = html`<b>${method}</b> <code>${host}${path}</code>`
  const isPlain = Object.keys(query).length === 0 && body === undefined
  return html`<tr role="row"><td role="cell"><time datetime="${at}">${at.slice(11, 19)}</time></td>
<td role="cell">${
    isPlain
      ? line
      : html`<details><summary>${line}<span class="hidden">, request ${number}</span></summary>
${members('Query', query)}${members('Body', body)}</details>`
  }</td>
<td role="cell">${statusBadge(status)}</td></tr>`
}

function requestTable(shown: readonly (readonly [LoggedRequest, number])[], total: number): Markup {
  const count = shown.length === total ? `All ${total}` : `The latest ${shown.length} of ${total}`
  return html`<table class="log" role="table"><caption>${count}, newest first. Secrets are masked.</caption>
<thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">Time</th><th scope="col" role="columnheader">Request</th><th scope="col" role="columnheader">Answer</th></tr></thead>
<tbody role="rowgroup">${shown.map(([request, number]) => requestRow(request, number))}</tbody></table>`
}

/** The request log, with its filter. */
export function requestSection(panel: Panel, view: View): Markup {
  const all = panel.control.requests()
  const found = all
    .map((request, index) => [request, index + 1] as const)
    .filter(([request]) => isFor(panel, request, view.log))
  const shown = found.toReversed().slice(0, MAX_SHOWN)
  const filters = [{ value: '', label: 'All requests' }, ...filtersOf(panel, all)]
  // A filter stays, though its last request was cleared.
  const missing = view.log !== undefined && !filters.some(({ value }) => value === view.log)
  return html`<section class="card" aria-labelledby="requests">
<h2 id="requests">Requests</h2>
<div class="row">
${viewForm(
  view,
  'log',
  'requests',
  html`<label for="log">Show</label>
<select id="log" name="log">${options(missing ? [...filters, { value: view.log ?? '', label: view.log ?? '' }] : filters, view.log)}</select>
<button>Filter</button>`,
)}
<a class="button" href="${addressOf(view)}#requests">Refresh</a>
${all.length === 0 ? '' : actionForm(view, 'clear-requests', {}, html`<button>Clear the log</button>`)}
</div>
${shown.length === 0 ? html`<p class="muted">No requests yet. Connect an account in your app, then refresh.</p>` : requestTable(shown, found.length)}
</section>`
}

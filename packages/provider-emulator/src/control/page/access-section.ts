import { html } from 'hono/html'
import type { Markup } from '../../html-page.ts'
import type { WebhookBuilder } from '../../webhooks.ts'
import { type Access, countOf } from '../operations.ts'
import type { Panel, PanelProvider } from './panel.ts'
import { actionForm, options, unseen, type View } from './view.ts'

const accessRow = (view: View, { name, title }: PanelProvider, access: Access): Markup =>
  html`<tr role="row" class="${access.alive ? 'alive' : 'ended'}">
<th scope="row" role="rowheader">${title}<br><span>${access.who}</span></th>
<td role="cell">${access.details.map(({ label, text }) => html`<p><span class="muted">${label}:</span> <code>${text}</code></p>`)}</td>
<td role="cell">${
    access.alive
      ? html`<span class="badge good">active</span><br><small class="muted">${countOf(access.liveTokens, 'live token')}</small>`
      : html`<span class="badge">ended</span>`
  }</td>
<td role="cell">${actionForm(
    view,
    'access',
    { provider: name, id: access.id },
    html`<div class="row">${access.actions.map(
      (action) =>
        html`<button name="change" value="${action.name}">${action.label}${unseen(`${access.who} at ${title}, ${access.id.slice(0, 8)}`)}</button>`,
    )}</div>`,
  )}</td></tr>`

function accessTable(view: View, rows: readonly (readonly [PanelProvider, Access])[]): Markup {
  if (rows.length === 0) {
    return html`<p class="muted">No app has access yet. Connect an account in your app, or install it below.</p>`
  }
  return html`<table class="accesses" role="table"><caption>${countOf(rows.length, 'connection')}, newest first.</caption>
<thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">Who</th><th scope="col" role="columnheader">What</th><th scope="col" role="columnheader">State</th><th scope="col" role="columnheader">Change</th></tr></thead>
<tbody role="rowgroup">${rows.map(([provider, access]) => accessRow(view, provider, access))}</tbody></table>`
}

function installForm(view: View, { name, title, operations: { install } }: PanelProvider): Markup | '' {
  if (install === undefined) return ''
  return actionForm(
    view,
    'install',
    { provider: name },
    html`<fieldset><legend>${title}: install</legend>
<div class="fields"><label>Site <select name="choice">${options(install.choices, undefined)}</select></label>
<button>${install.label}</button></div></fieldset>`,
  )
}

function webhookForm(view: View, { name, title }: PanelProvider, { events, url, subject }: WebhookBuilder): Markup {
  const choices = subject.choices()
  const legend = html`<legend>${title}: webhook</legend>`
  if (choices.length === 0) {
    return html`<fieldset>${legend}<p class="muted">It needs an installation. There is none yet.</p></fieldset>`
  }
  return actionForm(
    view,
    'webhook',
    { provider: name },
    html`<fieldset>${legend}<div class="fields">
<label>Event <select name="event">${options(
      events.map((event) => ({ value: event, label: event })),
      undefined,
    )}</select></label>
<label>${subject.label} <select name="subject">${options(choices, undefined)}</select></label>
<label class="wide">Target <input type="url" name="target" required value="${url ?? ''}"></label>
<button>Send the webhook of ${title}</button></div></fieldset>`,
  )
}

/** The grants and installations of all providers, and what a provider starts by itself. */
export function accessSection({ providers }: Panel, view: View, showsMore: boolean): Markup {
  const rows = providers.flatMap((provider) =>
    provider.operations.accesses().map((access) => [provider, access] as const),
  )
  return html`<section class="card" aria-labelledby="accesses">
<h2 id="accesses">Grants and installations</h2>
${accessTable(view, rows.toReversed())}
<details class="more" id="more"${showsMore ? ' open' : ''}><summary>Install from a marketplace, or send a webhook</summary>
<div class="columns">
${providers.map((provider) => installForm(view, provider))}
${providers.map((provider) => (provider.webhooks === undefined ? '' : webhookForm(view, provider, provider.webhooks)))}
</div></details>
</section>`
}

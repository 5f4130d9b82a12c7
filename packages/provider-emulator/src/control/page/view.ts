import { html } from 'hono/html'
import type { Markup } from '../../html-page.ts'

/** The choices of the person who looks at the page. They are in the query of its address. */
export interface View {
  /** A host or a provider whose requests are shown. */
  readonly log: string | undefined
  /** The provider whose scenarios are shown. */
  readonly scenarios: string | undefined
  /** The provider that is chosen under "Try this". */
  readonly at: string | undefined
}

const NAMES = ['log', 'scenarios', 'at'] as const

export function readView(query: URLSearchParams): View {
  const textOf = (name: (typeof NAMES)[number]) => query.get(name) || undefined
  return { log: textOf('log'), scenarios: textOf('scenarios'), at: textOf('at') }
}

/** The address of the page with these choices. */
export function addressOf(view: View, result?: string): string {
  const query = new URLSearchParams()
  for (const name of NAMES) {
    const value = view[name]
    if (value !== undefined) query.set(name, value)
  }
  if (result !== undefined) query.set('result', result)
  return query.size === 0 ? '/' : `/?${query}`
}

type Fields = Readonly<Record<string, string | undefined>>

const hiddenFields = (fields: Fields): readonly Markup[] =>
  Object.entries(fields).flatMap(([name, value]) =>
    value === undefined ? [] : [html`<input type="hidden" name="${name}" value="${value}">`],
  )

/** A form that changes something. `action` says which action it is, and the answer shows the same view again. */
export const actionForm = (view: View, action: string, fields: Fields, content: Markup): Markup =>
  html`<form method="post" action="${addressOf(view)}">${hiddenFields({ action, ...fields })}${content}</form>`

/** A form that changes one choice of the view. */
export const viewForm = (view: View, changed: keyof View, section: string, content: Markup): Markup =>
  html`<form method="get" action="/#${section}" class="row">${hiddenFields({ ...view, [changed]: undefined })}${content}</form>`

/** The rest of a button's name, for screen readers: several buttons show the same word. */
export const unseen = (text: string): Markup => html`<span class="hidden"> ${text}</span>`

interface Option {
  readonly value: string
  readonly label: string
}

export const options = (all: readonly Option[], chosen: string | undefined): readonly Markup[] =>
  all.map(({ value, label }) => html`<option value="${value}"${value === chosen ? ' selected' : ''}>${label}</option>`)

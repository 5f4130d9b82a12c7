import { UnknownScenarioError } from '../../scenarios.ts'
import { ControlError } from '../control-request.ts'
import type { Outcome } from '../operations.ts'
import { type Panel, type PanelProvider, titleOf } from './panel.ts'
import { TIME_STEPS } from './time-section.ts'
import { TRIALS } from './trials.ts'

/** The sections of the page, by the id of their heading. */
export const SECTIONS = {
  time: 'Time',
  active: 'Active scenarios',
  try: 'Try this',
  accesses: 'Grants and installations',
  more: 'Installs and webhooks',
  requests: 'Requests',
  scenarios: 'Scenarios',
  addresses: 'Addresses',
} as const

export type SectionName = keyof typeof SECTIONS

/** What an action did, and the section of the page that shows it. */
export interface ActionResult extends Outcome {
  readonly section: SectionName
  /** Whether nothing changed. */
  readonly failed: boolean
}

type Action = (panel: Panel, form: URLSearchParams) => Outcome | Promise<Outcome>

const fieldOf = (form: URLSearchParams, name: string): string => form.get(name) ?? ''

function providerNamed({ providers }: Panel, name: string): PanelProvider {
  const provider = providers.find((candidate) => candidate.name === name)
  if (provider === undefined) throw new ControlError(404, `There is no provider "${name}".`)
  return provider
}

const providerOf = (panel: Panel, form: URLSearchParams): PanelProvider =>
  providerNamed(panel, fieldOf(form, 'provider'))

function moveClock({ control }: Panel, form: URLSearchParams): Outcome {
  const step = TIME_STEPS.find(([seconds]) => String(seconds) === form.get('seconds'))
  if (step === undefined) throw new ControlError(400, 'There is no such step of time.')
  const [seconds, , words] = step
  control.advance(seconds)
  return { text: `The time moved forward by ${words}.` }
}

/** Changes one scenario at its provider, or wherever it exists. */
function changeScenario(panel: Panel, form: URLSearchParams): Outcome {
  const { control } = panel
  const name = fieldOf(form, 'name')
  const provider = form.get('provider')
  const times = fieldOf(form, 'times')
  const all = control.scenarios().filter((scenario) => scenario.name === name)
  for (const place of provider === null ? all.map((scenario) => scenario.provider) : [provider]) {
    if (times === 'off') control.clearScenario(place, name)
    else control.setScenario(place, name, times === '' ? undefined : Number(times))
  }
  const where = provider === null ? 'all providers' : titleOf(panel, provider)
  const state = times === 'off' ? 'off' : times === '' ? 'on' : 'on for the next time'
  return { text: `${name} is ${state} at ${where}.` }
}

async function tryOut(panel: Panel, form: URLSearchParams): Promise<Outcome> {
  const value = fieldOf(form, 'trial')
  const trial = TRIALS.find(({ name }) => name === value)
  const at = fieldOf(form, 'at')
  if (trial !== undefined) {
    const providers = panel.providers.filter(({ name }) => at === '' || at === name)
    return { text: trial.run(panel, providers) }
  }
  const [provider = '', name] = value.split(' ')
  const { trials = [] } = providerNamed(panel, provider).operations
  const own = trials.find((candidate) => candidate.name === name)
  if (own === undefined) throw new ControlError(404, `There is no trial "${value}".`)
  return { text: await own.run() }
}

async function changeAccess(panel: Panel, form: URLSearchParams): Promise<Outcome> {
  const accesses = providerOf(panel, form).operations.accesses()
  const access = accesses.find(({ id }) => id === form.get('id'))
  const change = access?.actions.find(({ name }) => name === form.get('change'))
  if (change === undefined) throw new ControlError(404, 'That connection has changed meanwhile.')
  return { text: await change.run() }
}

function startInstall(panel: Panel, form: URLSearchParams): Outcome {
  const { title, operations } = providerOf(panel, form)
  const { install } = operations
  if (install === undefined) throw new ControlError(404, `${title} starts no installs.`)
  return install.run(fieldOf(form, 'choice'))
}

async function sendWebhook(panel: Panel, form: URLSearchParams): Promise<Outcome> {
  const { name, title, webhooks } = providerOf(panel, form)
  if (webhooks === undefined) throw new ControlError(404, `${title} sends no webhooks.`)
  const event = fieldOf(form, 'event')
  const target = fieldOf(form, 'target')
  const members = { provider: name, event, target, [webhooks.subject.member]: fieldOf(form, 'subject') }
  const { status, delivered } = await panel.webhooks.send(new Map(Object.entries(members)))
  if (delivered) return { text: `${title} sent ${event}. The app took it.` }
  const answer = status === null ? 'There was no answer' : `The app answered with status ${status}`
  return { text: `${title} sent ${event}. ${answer} at ${target}.` }
}

const unknownAction: Action = () => {
  throw new ControlError(404, 'There is no such action.')
}

const ACTIONS: ReadonlyMap<string, readonly [section: SectionName, action: Action]> = new Map([
  ['clock', ['time', moveClock]],
  ['scenario', ['scenarios', changeScenario]],
  ['try', ['try', tryOut]],
  ['access', ['accesses', changeAccess]],
  ['install', ['more', startInstall]],
  ['webhook', ['more', sendWebhook]],
  ...plain('clear-scenarios', 'active', 'All scenarios are off.', ({ control }) => control.clearScenarios()),
  ...plain('clear-requests', 'requests', 'The log is empty.', ({ control }) => control.clearRequests()),
  ...plain('reset', 'time', 'Everything is as it was at the start.', ({ control }) => control.reset()),
])

function plain(
  name: string,
  section: SectionName,
  text: string,
  change: (panel: Panel) => void,
): readonly [string, readonly [SectionName, Action]][] {
  const action: Action = (panel) => {
    change(panel)
    return { text }
  }
  return [[name, [section, action]]]
}

const isExpected = (error: unknown): error is Error =>
  error instanceof ControlError || error instanceof UnknownScenarioError || error instanceof RangeError

/** Does what a form of the page asks for. */
export async function runAction(panel: Panel, form: URLSearchParams): Promise<ActionResult> {
  const [section, action] = ACTIONS.get(fieldOf(form, 'action')) ?? ['time', unknownAction]
  try {
    return { ...(await action(panel, form)), section, failed: false }
  } catch (error) {
    if (!isExpected(error)) throw error
    return { text: `Nothing changed. ${error.message}`, section, failed: true }
  }
}

import { afterAll, type ExpectStatic, it } from 'vitest'
import { focusedStatus } from './in-page.ts'
import { inspect } from './inspect.ts'
import { Person } from './person.ts'
import { browserIsThere, type Rig, type RigOptions, startRig } from './rig.ts'

type Text = string | RegExp

/** One state of the page. */
export interface State {
  /** Also the name of its screenshot. */
  readonly name: string
  /** Reaches the state by the page and by the emulator. */
  readonly arrange: (person: Person) => Promise<void>
  /** What just happened: the sentence with the focus, which is in the title too. */
  readonly status?: Text
  /** What the page says. */
  readonly says?: readonly Text[]
  readonly hides?: readonly Text[]
  /** The badges of the cards. */
  readonly badges?: readonly string[]
  /** The one thing that is due: what the name of its link or button starts with. */
  readonly action?: string
  /** Whether its screenshots are taken in the dark as well. */
  readonly isMain?: true
  /** What its own Worker and emulator differ by, if it needs ones. Those of a file share them otherwise. */
  readonly rig?: RigOptions
}

const POLICY =
  "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

/** A test for each state. */
export function testStates(states: readonly State[]): void {
  let shared: Rig | undefined
  afterAll(async () => shared?.[Symbol.asyncDispose]())
  for (const state of states) {
    it.runIf(browserIsThere)(state.name, async ({ expect, onTestFinished }) => {
      if (!state.rig) shared ??= await startRig()
      const rig = state.rig || !shared ? await startRig(state.rig) : shared
      onTestFinished(() => (rig === shared ? rig.reset() : rig[Symbol.asyncDispose]()))
      const person = await Person.in(rig)
      await state.arrange(person)
      await expectState(expect, person, state)
      await inspect(expect, person.page, state.name, state.isMain ? ['light', 'dark'] : ['light'])
    })
  }
}

async function expectState(expect: ExpectStatic, { page, headers }: Person, state: State): Promise<void> {
  expect(headers).toMatchObject({ 'cache-control': 'no-store', 'content-security-policy': POLICY })
  expect(headers).not.toHaveProperty('x-frame-options')
  const { status, says = [], hides = [], badges, action } = state
  const text = ((await page.locator('main').textContent()) ?? '').replace(/\s+/g, ' ')
  for (const each of says) expect(text).toMatch(each)
  for (const each of hides) expect(text).not.toMatch(each)
  // Accounts of one second are in the order of their ids.
  if (badges) expect((await page.locator('main .badge').allInnerTexts()).sort()).toEqual(badges.toSorted())
  expect(await page.evaluate(focusedStatus)).toEqual(status === undefined ? undefined : expect.stringMatching(status))
  if (status !== undefined) expect(await page.title()).toMatch(status)
  if (action) {
    const due = page.getByRole('link', { name: action }).or(page.getByRole('button', { name: action }))
    expect(await due.count(), action).toBe(1)
  }
}

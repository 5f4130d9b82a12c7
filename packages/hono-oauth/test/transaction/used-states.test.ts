import { expect, it } from 'vitest'
import { UsedStates } from '../../src/transaction/transaction.ts'

const NOW = 1_790_000_000
const EARLIER = NOW + 10
const LATER = NOW + 1200
const LIMIT = 10_000

/** As many states as there is room for; those with an even number expire first. */
function filled(): UsedStates {
  const states = new UsedStates()
  for (let index = 0; index < LIMIT; index++) {
    states.use(`state-${index}`, index % 2 === 0 ? EARLIER : LATER, NOW)
  }
  return states
}

it.each(['a', 'A', 'a ', '', '__proto__', 'constructor', 'é'])('%j passes once', (state) => {
  const states = new UsedStates()
  states.use('another', LATER, NOW)
  const uses = Array.from({ length: 50 }, (_, index) => states.use(state, LATER, NOW + index))
  expect(uses).toEqual([true, ...Array(49).fill(false)])
})

it.each([
  ['nothing is, until there is no room', NOW, 0, []],
  ['the oldest is, when none has expired', NOW, 1, ['state-0']],
  ['the oldest is, in the last second of the first ones', EARLIER, 1, ['state-0']],
  ['those that have expired are', EARLIER + 1, 1, ['state-0', 'state-9998']],
  ['those alone, in the last second of the others', LATER, 1, ['state-0', 'state-9998']],
  ['all are', LATER + 1, 1, ['state-1', 'state-9999', 'state-0', 'state-9998']],
])('of the states, as many as there is room for, %s forgotten', (_name, now, others, forgotten) => {
  const states = filled()
  for (let index = 0; index < others; index++) expect(states.use('other', now + 1200, now)).toBe(true)
  const again = ['other', 'state-1', 'state-9999', 'state-0', 'state-9998'].slice(1 - others)
  expect(again.filter((state) => states.use(state, LATER, now))).toEqual(forgotten)
})

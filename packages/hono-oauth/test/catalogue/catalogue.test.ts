import { writeSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectAlways } from '../rig/always.ts'
import { HOSTS } from '../rig/hosts.ts'
import { createRig, type Rig } from '../rig/rig.ts'
import { MODULES } from './conformance.ts'
import { Outcomes } from './outcome.ts'
import { REMOVED } from './removed.ts'
import { isApplied } from './row.ts'
import { SECTIONS } from './rows.ts'

// Every number of the catalogue; those between them were never given, or were given up.
const NUMBERS = [
  1, 2, 4, 5, 7, 8, 10, 11, 13, 14, 16, 17, 19, 20, 21, 22, 23, 25, 26, 28, 29, 31, 32, 34, 35, 37, 38, 40, 41, 43, 44,
  46, 47, 49, 50, 52, 53, 55, 56, 58, 59, 61, 62, 64, 65, 67, 68, 70, 71, 73, 74, 76, 77, 79, 80, 82, 83, 85, 86, 88,
  89, 91, 92, 94, 95, 97, 98, 100, 101, 103, 104, 106, 107, 109, 110, 112, 113, 115, 116, 118, 119, 121, 122, 124, 125,
  127, 128, 130, 131, 133, 134, 136, 137, 139, 140, 142, 143, 145, 146, 148, 149, 151, 152, 154, 155, 157, 158, 160,
  163, 164, 166, 167, 169, 170, 172, 173, 175, 176, 178, 179, 181, 182, 184, 185, 187, 188, 190, 191, 193, 194, 196,
  197, 199, 200, 202, 203, 205, 208, 209, 210, 211, 212, 213, 214, 215, 216, 217,
]

const rows = SECTIONS.flatMap((section) => section.rows)
const appliedRows = rows.filter(isApplied)
const appliedModules = MODULES.filter((module) => 'run' in module)
const rowOutcomes = new Outcomes()
const moduleOutcomes = new Outcomes()

const OPENID = 'client tests of the OpenID Foundation'
const GROUPS = [
  ...SECTIONS.map(({ title, rows }) => ({ title, cases: rows.filter(isApplied), outcomes: rowOutcomes })),
  { title: OPENID, cases: appliedModules, outcomes: moduleOutcomes },
]

describe.each(HOSTS)('the catalogue in %s', (_place, open) => {
  describe.each(GROUPS)('$title', ({ cases, outcomes }) => {
    let rig: Rig
    beforeAll(async () => {
      rig = await createRig(open)
    })
    afterAll(() => rig.dispose())

    for (const each of cases) {
      it('number' in each ? `${each.number} ${each.title}` : each.name, async () => {
        await rig.begin()
        await outcomes.note(each, async () => {
          await each.run(rig)
          await expectAlways(rig, each.serverErrors ?? [])
        })
      })
    }
  })
})

describe('the catalogue', () => {
  // Past the reporter, which shows nothing of what passes.
  afterAll(() => void writeSync(1, `\n${summary()}\n`))

  it('has every number once, with its steps or the reason for none', () => {
    expect(rows.map(({ number }) => number).toSorted((a, b) => a - b)).toEqual(NUMBERS)
    const titles = rows.map(({ title }) => title)
    expect(new Set(titles).size).toBe(titles.length)
    for (const row of rows) if (!isApplied(row)) expect(row.notApplicable).toMatch(/\w{3}/)
  })

  it('has every client test once', () => {
    const names = MODULES.map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
  })
})

/** How many rows hold of those that apply, and how many are left out. */
function summary(): string {
  const held = appliedRows.filter((row) => rowOutcomes.holds(row)).length
  const modules = appliedModules.filter((module) => moduleOutcomes.holds(module)).length
  const left = MODULES.length - appliedModules.length
  return [
    `catalogue: ${held} of ${appliedRows.length}, ${rows.length - appliedRows.length} not applicable`,
    `conformance: ${modules} of ${appliedModules.length}, ${left} not applicable`,
    ...REMOVED.map(({ where, what, why }) => `removed: ${where}: ${what} (${why})`),
  ].join('\n')
}

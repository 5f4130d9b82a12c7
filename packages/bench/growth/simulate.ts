// `pnpm growth:simulate`: a day of ten million connections. With an argument, such as `--used-share 0.5`, it prints what
// it finds; without one it also writes the figures that stay.
import { readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { billTable, dayTables, storageOperationsTable } from './report/tables.ts'
import { writeFigures } from './report/write.ts'
import { fileText, type Measured, type Simulated } from './results.ts'
import { argumentOf, assume, NAMES } from './simulation/assumptions.ts'
import { type Day, HOUR, SETUPS, simulateDay } from './simulation/day.ts'

const options = Object.fromEntries(NAMES.map((name) => [argumentOf(name), { type: 'string' as const }]))
const { values } = parseArgs({ options })
const changes = NAMES.flatMap((name) => {
  const value = values[argumentOf(name)]
  return value === undefined ? [] : [[name, Number(value)] as const]
})
const assumed = assume(Object.fromEntries(changes))
// Those of Wix live for four hours, those of Webflow have no end.
const lifetimes = [...new Set([assumed.lifetimeSeconds, 4 * HOUR, Number.POSITIVE_INFINITY])]

const days: Day[] = []
for (const lifetime of lifetimes) {
  for (const setup of SETUPS) {
    // Without renewals there is no circuit to share.
    if (!Number.isFinite(lifetime) && setup === 'objects that share isolates') continue
    console.error(`${setup}, tokens of ${lifetime} seconds`)
    days.push(simulateDay(assumed, setup, lifetime))
  }
}

const command = ['npx -y pnpm@12 growth:simulate', ...process.argv.slice(2)].join(' ')
const simulated: Simulated = { command, assumed, days }
const measured = JSON.parse(readFileSync(new URL('measured.json', import.meta.url), 'utf8')) as Measured
console.log(dayTables(simulated))
console.log(storageOperationsTable(simulated, measured))
console.log(billTable(simulated, measured))
if (changes.length === 0) {
  writeFileSync(new URL('simulated.json', import.meta.url), fileText(simulated))
  writeFigures()
}

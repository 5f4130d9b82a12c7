import { readFileSync } from 'node:fs'
import type { Measured, Simulated } from '../results.ts'
import { costPlot, dayPlot, outagePlot } from './plots.ts'
import {
  assumptionsTable,
  billTable,
  costTable,
  dayTables,
  operationsTable,
  ownersTable,
  pricesTable,
  storageOperationsTable,
  storageTable,
} from './tables.ts'

const GROWTH = new URL('../', import.meta.url)
const read = <T>(name: string): T => JSON.parse(readFileSync(new URL(name, GROWTH), 'utf8')) as T

/** Where the figures are, from the results that make them. */
export const FIGURES = new URL('figures/', GROWTH)

/** The tables and plots of the results that are checked in, each with the name of its file. */
export function makeFigures(): Readonly<Record<string, string>> {
  const measured = read<Measured>('measured.json')
  const simulated = read<Simulated>('simulated.json')
  return {
    'cost.svg': costPlot(measured),
    'day.svg': dayPlot(simulated),
    'outage.svg': outagePlot(simulated),
    'cost.md': `${costTable(measured)}\n`,
    'storage.md': `${storageTable(measured, simulated)}\n`,
    'operations.md': `${operationsTable(measured)}\n`,
    'owners.md': `${ownersTable(measured)}\n`,
    'run.md': `\`${measured.command}\`: ${measured.plan.rounds} rounds, seed ${measured.plan.seed}, ${measured.plan.requests} requests for each cell in each round; ${measured.cpus} CPUs, ${measured.versions.join(', ')}\n`,
    'assumptions.md': `${assumptionsTable(simulated)}\n`,
    'days.md': `${dayTables(simulated)}\n`,
    'day-operations.md': `${storageOperationsTable(simulated, measured)}\n`,
    'bill.md': `${billTable(simulated, measured)}\n`,
    'prices.md': `${pricesTable()}\n`,
  }
}

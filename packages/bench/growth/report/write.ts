// Writes the tables and plots from the results: both commands do so at their end.
import { mkdirSync, writeFileSync } from 'node:fs'
import { FIGURES, makeFigures } from './figures.ts'

export function writeFigures(): void {
  mkdirSync(FIGURES, { recursive: true })
  for (const [name, text] of Object.entries(makeFigures())) writeFileSync(new URL(name, FIGURES), text)
}

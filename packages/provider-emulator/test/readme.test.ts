import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { createEmulator } from '../src/index.ts'

const README = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
const SCENARIO_ROW = /^\| `([a-z0-9-]+)` *\|/gm

describe('README', () => {
  it('lists exactly the scenarios of the emulator', () => {
    const section = README.split('## Scenarios')[1]?.split('## What is assumed')[0] ?? ''
    const listed = [...section.matchAll(SCENARIO_ROW)].map(([, name]) => name)
    const names = createEmulator()
      .control.scenarios()
      .map(({ name }) => name)
    expect(listed).toEqual(names)
  })
})

// Runs before each test file: whatever the file writes to a log must show none of the secrets that its
// rigs handed out, nor may any error that they saw.
import { afterAll, expect } from 'vitest'
import { canaries, watchConsole } from './canaries.ts'
import { listenToNotes } from './notes.ts'

// Constants of unit tests are called so.
canaries.add('a constant of the tests', 'canary-')
listenToNotes((note) => canaries.take(note))
globalThis.console = watchConsole(globalThis.console, canaries)
for (const name of ['stdout', 'stderr'] as const) {
  const stream = process[name]
  const write = stream.write
  stream.write = function (this: typeof stream, ...args: Parameters<typeof write>) {
    const [chunk] = args
    canaries.write(`process.${name}`, typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('latin1'))
    return Reflect.apply(write, this, args)
  } as typeof write
}

afterAll(() => expect(canaries.leaks()).toEqual([]))

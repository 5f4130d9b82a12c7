import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import type { Miniflare } from 'miniflare'
import { type Canaries, canaries } from './canaries.ts'
import type { Persisted } from './persisted.ts'

const MARK = 'the last word: '
const STREAMS = ['stdout', 'stderr'] as const

/** Called when the last word of a runtime arrives, by that word. */
const waiting = new Map<string, () => void>()
let words = 0

/**
 * Miniflare's `handleRuntimeStdio`: what workerd writes is noted and, as without it, printed.
 *
 * @param watching - takes the lines; those of this test file by default
 */
export function watchRuntime(stdout: Readable, stderr: Readable, watching: Canaries = canaries) {
  watch({ stdout, stderr }, watching, (name, line) => {
    console[name === 'stdout' ? 'log' : 'error'](line)
  })
}

/** The same for a runtime that logs whatever goes wrong: nobody has to read that in each run. */
export function watchRuntimeSilently(
  stdout: Readable,
  stderr: Readable,
  watching: Canaries = canaries,
) {
  watch({ stdout, stderr }, watching, () => undefined)
}

type Streams = Readonly<Record<(typeof STREAMS)[number], Readable>>

function watch(
  streams: Streams,
  watching: Canaries,
  print: (name: string, line: string) => void,
): void {
  for (const [name, stream] of Object.entries(streams)) {
    createInterface(stream).on('line', (line) => {
      if (line.startsWith(MARK)) waiting.get(`${name} ${line}`)?.()
      else if (!watching.takeLine(`the ${name} of workerd`, line)) print(name, line)
    })
  }
}

/** A Worker to run beside those of a test, so that {@link disposeHeard} can tell when all was read. */
export const LAST_WORD = {
  name: 'last-word',
  modules: true,
  compatibilityDate: '2026-07-01',
  script: `export default { async fetch(request) {
    const word = await request.text()
    console.log(word)
    console.error(word)
    return new Response()
  } }`,
} as const

/**
 * Disposes of a runtime once all that it wrote was read: Miniflare lets go of what is still on its way.
 *
 * @param persisted - read and removed afterwards
 */
export async function disposeHeard(miniflare: Miniflare, persisted?: Persisted): Promise<void> {
  const word = `${MARK}${++words}`
  const heard = STREAMS.map(
    (stream) => new Promise<void>((resolve) => waiting.set(`${stream} ${word}`, resolve)),
  )
  const worker = await miniflare.getWorker(LAST_WORD.name)
  await worker.fetch('https://worker.example', { method: 'POST', body: word })
  await Promise.all(heard)
  await miniflare.dispose()
  await persisted?.read()
  await persisted?.remove()
}

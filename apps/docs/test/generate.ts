import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** Makes the example apps of the providers, which the tests run. */
export function setup(): void {
  execFileSync(process.execPath, [fileURLToPath(new URL('../scripts/generate.ts', import.meta.url))])
}

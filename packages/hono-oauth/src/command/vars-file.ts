import { existsSync, readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'

/** The values of a file; `undefined` where there is no such file. */
export function readVars(path: string): Readonly<Record<string, string>> | undefined {
  return existsSync(path) ? (parseEnv(readFileSync(path, 'utf8')) as Record<string, string>) : undefined
}

import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parseEnv } from 'node:util'

/** A file with the settings and secrets of `wrangler dev`. */
export interface VarsFile {
  readonly path: string
  readonly values: Readonly<Record<string, string>>
}

/** The values of a file; `undefined` where there is no such file. */
export function readVars(path: string): Readonly<Record<string, string>> | undefined {
  return existsSync(path) ? (parseEnv(readFileSync(path, 'utf8')) as Record<string, string>) : undefined
}

/** The file that `wrangler dev` reads: it looks for an `.env` only where there is no `.dev.vars`. */
export function findVars(configPath: string, env: string | undefined): VarsFile | undefined {
  const names = [...(env === undefined ? [] : [`.dev.vars.${env}`]), '.dev.vars', '.env']
  for (const name of names) {
    const path = join(dirname(configPath), name)
    const values = readVars(path)
    if (values) return { path, values }
  }
  return undefined
}

// Shorter texts are words that other texts contain too.
const MIN_SECRET_LENGTH = 6

/** Replaces each value of a file in a text that the app or Wrangler wrote. An origin is no secret. */
export function withoutSecrets(text: string, values: Readonly<Record<string, unknown>>): string {
  // A key of a ring, or a line of a PEM key, may stand alone.
  const secrets = Object.entries(values).flatMap(([name, value]) => {
    if (typeof value !== 'string' || isOrigin(value)) return []
    return [value, ...value.split(/[\s,]+/)].map((part) => ({ name, part }))
  })
  return secrets
    .filter(({ part }) => part.length >= MIN_SECRET_LENGTH)
    .reduce((masked, { name, part }) => masked.replaceAll(part, `[${name}]`), text)
}

function isOrigin(text: string): boolean {
  return URL.canParse(text) && new URL(text).origin === text.replace(/\/$/, '')
}

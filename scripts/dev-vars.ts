import { randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'

/** What the sample Worker needs to run on this machine, made anew for each checkout. */
const GENERATORS: Record<string, () => string> = {
  OAUTH_KEYS: () => randomBytes(32).toString('base64url'),
  WEBFLOW_CLIENT_ID: () => randomBytes(32).toString('hex'),
  WEBFLOW_CLIENT_SECRET: () => randomBytes(32).toString('hex'),
}

/** Reads the local secrets, and first adds those that are missing from the file. */
export async function ensureDevVars(file: URL): Promise<Record<string, string>> {
  const text = await readFile(file, 'utf8').catch(() => '')
  const known = Object.fromEntries(
    [...text.matchAll(/^\s*(\w+)\s*=\s*(["']?)(.*?)\2\s*$/gm)].map(([, name, , value]) => [
      name,
      value,
    ]),
  )
  const secrets: Record<string, string> = {}
  for (const [name, generate] of Object.entries(GENERATORS)) {
    secrets[name] = known[name] || generate()
  }
  const missing = Object.keys(secrets).filter((name) => !known[name])
  if (missing.length > 0) {
    const kept = text && !text.endsWith('\n') ? `${text}\n` : text
    const added = missing.map((name) => `${name}="${secrets[name]}"\n`).join('')
    await writeFile(file, kept + added, { mode: 0o600 })
  }
  return secrets
}

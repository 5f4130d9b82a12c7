import { fstatSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { KeyRing } from '../crypto/key-ring.ts'
import { CommandError } from './command-error.ts'
import { readVars } from './vars-file.ts'

const KEY_BYTES = 32

/** A new key: 32 random bytes in base64. */
export function newKey(): string {
  return Buffer.from(crypto.getRandomValues(new Uint8Array(KEY_BYTES))).toString('base64')
}

/**
 * Prints a key, or a ring with the old keys behind it. The value alone goes to standard output, for a pipe.
 *
 * @throws OAuthError `configuration_invalid`, naming an old key by its position and never its value
 * @throws CommandError where there is no old key
 */
export function keygen(folder: string, isRing: boolean): number {
  const keys = isRing ? [newKey(), ...oldKeys(folder)] : [newKey()]
  process.stdout.write(`${keys.join(',')}\n`)
  if (process.stdout.isTTY) {
    console.error('This is the value of OAUTH_KEYS. Keep it out of Git.')
    console.error('To set it without showing it: npx hono-oauth keygen | npx wrangler secret put OAUTH_KEYS')
  }
  return 0
}

function oldKeys(folder: string): string[] {
  const text = pipedText().trim() || readVars(join(folder, '.dev.vars'))?.['OAUTH_KEYS'] || ''
  const keys = text.split(/[\s,]+/).filter(Boolean)
  if (keys.length === 0) {
    throw new CommandError('There is no old key: .dev.vars has no OAUTH_KEYS, and nothing came from standard input.')
  }
  // The check of the package itself; it counts the old keys from 0.
  new KeyRing(keys)
  return keys
}

/** What a pipe or a file brings. A terminal, or a job without input, brings nothing. */
function pipedText(): string {
  const input = fstatSync(0)
  return input.isFIFO() || input.isFile() || input.isSocket() ? readFileSync(0, 'utf8') : ''
}

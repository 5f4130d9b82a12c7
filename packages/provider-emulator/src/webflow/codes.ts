import type { Clock } from '../clock.ts'
import { randomHex } from '../random-hex.ts'
import type { WebflowClient } from './config.ts'
import type { Selection } from './selection.ts'

export interface CodeChallenge {
  readonly value: string
  readonly method: string
}

/** What a user allowed, and what the token request must repeat. */
export interface AllowedRequest {
  readonly client: WebflowClient
  readonly scopes: readonly string[]
  readonly selection: Selection
  /** As the authorization request sent it; undefined when it sent none. */
  readonly sentRedirectUri: string | undefined
  readonly challenge: CodeChallenge | undefined
}

export interface Codes {
  issue(allowed: AllowedRequest): string
  /** What a code that can still be used stands for. */
  find(code: string): AllowedRequest | undefined
  use(code: string): void
  clear(): void
}

const LIFETIME_MS = 15 * 60 * 1000

export function createCodes(clock: Clock): Codes {
  const codes = new Map<string, { allowed: AllowedRequest; expiresAt: number }>()
  return {
    issue(allowed) {
      const code = randomHex(32)
      codes.set(code, { allowed, expiresAt: clock.now() + LIFETIME_MS })
      return code
    },
    find(code) {
      const entry = codes.get(code)
      return entry !== undefined && clock.now() < entry.expiresAt ? entry.allowed : undefined
    },
    use: (code) => void codes.delete(code),
    clear: () => codes.clear(),
  }
}

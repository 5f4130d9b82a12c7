import type { Clock } from './time.ts'

export interface OneTimeCodes<Allowed> {
  /** Stores the content of a code; returns the code. */
  issue(allowed: Allowed, code: string): string
  /** The content of a code that is neither used nor expired. */
  find(code: string): Allowed | undefined
  use(code: string): void
  clear(): void
}

/** Creates a store for authorization codes. A code expires after its lifetime. */
export function createOneTimeCodes<Allowed>(
  clock: Clock,
  lifetimeSeconds: number,
): OneTimeCodes<Allowed> {
  const codes = new Map<string, { allowed: Allowed; expiresAt: number }>()
  return {
    issue(allowed, code) {
      codes.set(code, { allowed, expiresAt: clock.now() + lifetimeSeconds * 1000 })
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

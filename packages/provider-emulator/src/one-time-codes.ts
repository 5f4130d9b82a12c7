import type { Clock } from './time.ts'

export interface OneTimeCodes<Allowed> {
  /** Returns the code. */
  issue(allowed: Allowed, code: string): string
  /** What a code that can still be used stands for. */
  find(code: string): Allowed | undefined
  use(code: string): void
  clear(): void
}

/** OneTimeCodes that live for a while and stand for what a user allowed. */
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

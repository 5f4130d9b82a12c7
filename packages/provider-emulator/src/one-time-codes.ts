import type { Clock } from './time.ts'

export interface OneTimeCodes<Content> {
  /** Stores the content of a code; returns the code. */
  issue(content: Content, code: string): string
  /** The content of a code that is neither used nor expired. */
  find(code: string): Content | undefined
  use(code: string): void
  clear(): void
}

/** Creates a store for authorization codes. A code expires after its lifetime. */
export function createOneTimeCodes<Content>(clock: Clock, lifetimeSeconds: number): OneTimeCodes<Content> {
  const codes = new Map<string, { content: Content; expiresAt: number }>()
  return {
    issue(content, code) {
      codes.set(code, { content, expiresAt: clock.now() + lifetimeSeconds * 1000 })
      return code
    },
    find(code) {
      const entry = codes.get(code)
      return entry !== undefined && clock.now() < entry.expiresAt ? entry.content : undefined
    },
    use: (code) => void codes.delete(code),
    clear: () => codes.clear(),
  }
}

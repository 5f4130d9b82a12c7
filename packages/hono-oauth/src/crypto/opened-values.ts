const MAX_BYTES = 4 * 1024 * 1024
// The memory of an entry beside its texts, in bytes: a high estimate.
const ENTRY_BYTES = 512
// A character takes two bytes, and the decoded value takes about as much memory as the text.
const BYTES_PER_CHARACTER = 4

/**
 * The values that this isolate has opened, by sealed text, so that each is decrypted once. The oldest entries
 * are dropped when all entries together take more than 4 MiB.
 */
export class OpenedValues {
  readonly #values = new Map<string, unknown>()
  #bytes = 0

  get(key: string): unknown {
    return this.#values.get(key)
  }

  set(key: string, value: unknown): void {
    if (this.#values.has(key)) return
    this.#values.set(key, value)
    this.#bytes += sizeOf(key)
    for (const oldest of this.#values.keys()) {
      if (this.#bytes <= MAX_BYTES) break
      this.#values.delete(oldest)
      this.#bytes -= sizeOf(oldest)
    }
  }
}

function sizeOf(key: string): number {
  return key.length * BYTES_PER_CHARACTER + ENTRY_BYTES
}

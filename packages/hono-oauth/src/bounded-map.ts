const MAX_SIZE = 1000
const MAX_CHARACTERS = 4 * 1024 * 1024

/**
 * A map of at most 1000 entries and 4 Mi characters that drops the entries that were set longest ago for a new one. The
 * new entry stays, however long it is.
 */
export class BoundedMap<Value> extends Map<string, Value> {
  readonly #lengthOf: (value: Value) => number
  readonly #lengths = new Map<string, number>()
  #characters = 0

  /** @param lengthOf - the characters of a value; by default those of a text, and none of any other value */
  constructor(lengthOf: (value: Value) => number = (value) => (typeof value === 'string' ? value.length : 0)) {
    super()
    this.#lengthOf = lengthOf
  }

  override set(key: string, value: Value): this {
    this.delete(key)
    const length = key.length + this.#lengthOf(value)
    for (const oldest of this.keys()) {
      if (this.size < MAX_SIZE && this.#characters + length <= MAX_CHARACTERS) break
      this.delete(oldest)
    }
    this.#lengths.set(key, length)
    this.#characters += length
    return super.set(key, value)
  }

  override delete(key: string): boolean {
    this.#characters -= this.#lengths.get(key) ?? 0
    this.#lengths.delete(key)
    return super.delete(key)
  }

  override clear(): void {
    for (const key of this.keys()) this.delete(key)
  }
}

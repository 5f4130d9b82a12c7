const MAX_SIZE = 1000

/** A map of at most 1000 entries that drops the entry that was set longest ago for a new one. */
export class BoundedMap<Value> extends Map<string, Value> {
  override set(key: string, value: Value): this {
    this.delete(key)
    const [oldest] = this.keys()
    if (this.size >= MAX_SIZE && oldest !== undefined) this.delete(oldest)
    return super.set(key, value)
  }
}

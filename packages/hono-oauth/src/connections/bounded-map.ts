const MAX_SIZE = 1000

/** A map that forgets its oldest entries. */
export class BoundedMap<Value> extends Map<string, Value> {
  override set(key: string, value: Value): this {
    const [oldest] = this.keys()
    if (this.size >= MAX_SIZE && !this.has(key) && oldest !== undefined) this.delete(oldest)
    return super.set(key, value)
  }
}

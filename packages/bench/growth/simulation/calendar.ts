const NONE = -1

/** The seconds of some days, each with the items that are due in it: a list through two arrays, whatever the number. */
export class Calendar {
  readonly #from: number
  readonly #first: Int32Array
  readonly #next: Int32Array
  readonly #previous: Int32Array
  /** The second of each item; `NEVER` for none. */
  readonly at: Int32Array
  static readonly NEVER = 2 ** 31 - 1

  /** @param items - how many items there are, each with one second at most */
  constructor(items: number, from: number, to: number) {
    this.#from = from
    this.#first = new Int32Array(to - from).fill(NONE)
    this.#next = new Int32Array(items)
    this.#previous = new Int32Array(items)
    this.at = new Int32Array(items).fill(Calendar.NEVER)
  }

  /** Moves an item to a second; one past the end of the calendar does not come. */
  set(item: number, at: number): void {
    this.clear(item)
    const second = at - this.#from
    if (second >= this.#first.length) return
    this.at[item] = at
    const first = this.#first[second] as number
    this.#next[item] = first
    this.#previous[item] = NONE
    if (first !== NONE) this.#previous[first] = item
    this.#first[second] = item
  }

  clear(item: number): void {
    const at = this.at[item] as number
    if (at === Calendar.NEVER) return
    this.at[item] = Calendar.NEVER
    const [next, previous] = [this.#next[item] as number, this.#previous[item] as number]
    if (next !== NONE) this.#previous[next] = previous
    if (previous === NONE) this.#first[at - this.#from] = next
    else this.#next[previous] = next
  }

  /** Takes an item of this second out; -1 when none is left. */
  take(at: number): number {
    const item = this.#first[at - this.#from] as number
    if (item !== NONE) this.clear(item)
    return item
  }
}

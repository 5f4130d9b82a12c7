/** What became of each row in each runtime. */
export class Outcomes {
  readonly #passed = new Map<object, boolean[]>()

  /** Runs what a row does, and notes whether it held. */
  async note(row: object, run: () => Promise<void>): Promise<void> {
    const passed = this.#passed.get(row) ?? []
    this.#passed.set(row, passed)
    try {
      await run()
      passed.push(true)
    } catch (error) {
      passed.push(false)
      throw error
    }
  }

  /** Whether a row held wherever it ran. */
  holds(row: object): boolean {
    const passed = this.#passed.get(row) ?? []
    return passed.length > 0 && passed.every(Boolean)
  }
}

/** What became of each row in each runtime. */
export class Outcomes {
  readonly #begun: object[] = []
  readonly #held: object[] = []

  /** Runs what a row does, and notes whether it held. */
  async note(row: object, run: () => Promise<void>): Promise<void> {
    this.#begun.push(row)
    await run()
    this.#held.push(row)
  }

  /** Whether a row held wherever it ran. */
  holds(row: object): boolean {
    const [begun, held] = [this.#begun, this.#held].map((rows) => rows.filter((each) => each === row).length)
    return held !== 0 && held === begun
  }
}

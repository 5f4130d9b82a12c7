const MAX_REMEMBERED = 10_000
/** For how long a login that was finished counts, in seconds. */
export const WINDOW_SECONDS = 60
// Each takes three redirects, and browsers give up after twenty, with a page that explains nothing.
const MAX_ROUNDS = 5

interface Round {
  /** When the first of them ended, and the last, in seconds since the epoch. */
  readonly firstAt: number
  readonly lastAt: number
  readonly count: number
}

/**
 * The logins that were finished lately, connection by connection: a page that begins one whenever it is
 * opened, also at its end, goes round for ever.
 */
export class LoginRounds {
  readonly #rounds = new Map<string, Round>()

  /**
   * Notes that a login was finished.
   *
   * @param startedAt - when it began: one that was on its way beside another is none after it
   * @param now - in seconds since the epoch, as `startedAt`, to the millisecond
   * @returns whether it is one too many of those that begin where the last one ended
   */
  isLoop(connectionId: string, startedAt: number, now: number): boolean {
    const before = this.#rounds.get(connectionId)
    const isFirst = before === undefined || before.firstAt + WINDOW_SECONDS <= now
    const isNext = !isFirst && startedAt >= before.lastAt
    const count = isFirst ? 1 : before.count + (isNext ? 1 : 0)
    this.#rounds.delete(connectionId)
    this.#rounds.set(connectionId, { firstAt: isFirst ? now : before.firstAt, lastAt: now, count })
    const [oldest] = this.#rounds.keys()
    if (this.#rounds.size > MAX_REMEMBERED && oldest !== undefined) this.#rounds.delete(oldest)
    return isNext && count > MAX_ROUNDS
  }
}

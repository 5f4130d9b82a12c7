import { Calendar } from './calendar.ts'
import { Model, type World } from './model.ts'
import { Circuits } from './provider.ts'
import { RULES, renewalTime, retryTime } from './rules.ts'
import { DAY, type Page } from './visits.ts'

const NEVER_READ = -(2 ** 30)

/** Durable Objects: each renews its token once, and by its alarm ahead of time while the connection is in use. */
export class ObjectModel extends Model {
  readonly #alarms: Calendar
  readonly #readAt: Int32Array
  readonly #failedAt: Int32Array
  readonly #failures: Uint8Array
  readonly #circuits: Circuits
  readonly #isolates: number

  /** @param isolates - how many isolates hold all objects; 0 for one for each object, which no circuit survives */
  constructor(world: World, isolates: number) {
    super(world)
    const { connections } = world.assumed
    this.#alarms = new Calendar(connections, world.from, DAY)
    this.#readAt = new Int32Array(connections).fill(NEVER_READ)
    this.#failedAt = new Int32Array(connections)
    this.#failures = new Uint8Array(connections)
    this.#circuits = new Circuits(Math.max(isolates, 1))
    this.#isolates = isolates
  }

  protected override read(page: Page, requests: number): void {
    const { at, connection } = page
    if (at - (this.#readAt[connection] as number) >= RULES.readPrecisionSeconds) this.#readAt[connection] = at
    const issuedAt = this.issuedAt[connection] as number
    if (!this.isEnding(issuedAt, at)) {
      this.answer(page, requests, true)
      return
    }
    const isAlive = this.isAlive(issuedAt, at)
    const ended = this.#renew(at, connection, isAlive)
    // All requests of the page call the object, which renews once.
    this.tally.looks += requests - (ended === 'unasked' ? 0 : 1)
    this.answer(page, requests, isAlive || ended === 'renewed')
  }

  override wake(at: number): void {
    for (let connection = this.#alarms.take(at); connection >= 0; connection = this.#alarms.take(at)) {
      this.#alarm(at, connection)
    }
  }

  #alarm(at: number, connection: number): void {
    const { alarms } = this.tally
    const issuedAt = this.issuedAt[connection] as number
    const isAlive = this.isAlive(issuedAt, at)
    // A token that has ended is renewed only if a read came after the last attempt.
    const triedAt = isAlive ? issuedAt : Math.max(issuedAt, this.#failedAt[connection] as number)
    if ((this.#readAt[connection] as number) + RULES.readPrecisionSeconds < triedAt) {
      alarms.unused++
      return
    }
    const ended = this.#renew(at, connection, isAlive)
    alarms[ended]++
    if (ended !== 'unasked') return
    const until = this.#circuits.openUntil(this.#isolateOf(connection), at)
    const { lifetime, random } = this.world
    const spread = isAlive ? issuedAt + lifetime - at : RULES.spreadSeconds
    this.#alarms.set(connection, Math.max(Math.ceil(until + spread * random()), at + RULES.alarmSeconds))
  }

  #renew(at: number, connection: number, isAlive: boolean) {
    const { provider, lifetime, random } = this.world
    const isResting =
      isAlive && (this.#failedAt[connection] as number) + RULES.restSeconds > at && this.#failures[connection]
    const isolate = this.#isolateOf(connection)
    const ended = isResting ? 'unasked' : provider.ask(at, isolate, this.#circuits, isAlive ? 1 : RULES.attempts)
    if (ended === 'renewed') {
      this.tally.renewals++
      this.issuedAt[connection] = at
      this.#failures[connection] = 0
      this.#alarms.set(connection, renewalTime(at, lifetime, random()))
    } else if (ended === 'failed') {
      this.tally.failed++
      const failures = Math.min((this.#failures[connection] as number) + 1, 255)
      this.#failures[connection] = failures
      this.#failedAt[connection] = at
      this.#alarms.set(connection, Math.max(retryTime(at, failures, random()), at + RULES.alarmSeconds))
    } else this.tally.unasked++
    return ended
  }

  #isolateOf(connection: number): number {
    return this.#isolates === 0 ? -1 : connection % this.#isolates
  }
}

import { Isolates } from './isolates.ts'
import { Model, type World } from './model.ts'
import { RULES } from './rules.ts'
import type { Page } from './visits.ts'

/** A store in which isolates of the Worker renew the tokens. */
export abstract class IsolateModel extends Model {
  protected readonly isolates: Isolates

  constructor(world: World) {
    super(world)
    this.isolates = new Isolates(world.assumed, world.random)
  }

  /** One isolate renews a token, unless its circuit is open or it leaves the token alone. */
  protected renew({ at, connection }: Page, isolate: number, isAlive: boolean): boolean {
    const { provider } = this.world
    provider.took = 0
    const ended = this.isolates.mayAsk(isolate, connection, at, isAlive)
      ? provider.ask(at, isolate, this.isolates.circuits, isAlive ? 1 : RULES.attempts)
      : 'unasked'
    if (ended === 'renewed') this.tally.renewals++
    else if (ended === 'failed') {
      this.tally.failed++
      this.isolates.noteFailure(isolate, connection, at)
    } else {
      this.tally.unasked++
      this.tally.looks++
    }
    return ended === 'renewed'
  }
}

import type { Store } from 'hono-oauth'
import type { ConnectionHome } from '../../src/connections/home.ts'
import type { Scheduler } from './scheduler.ts'

/** A store each of whose operations waits for its turn. */
export function gatedStore(store: Store, name: string, scheduler: Scheduler): Store {
  const swap = store.compareAndSwap
  const pass = (operation: string) => scheduler.pass(`${name}: store ${operation}`)
  return {
    async get(key, options) {
      await pass('get')
      return store.get(key, options)
    },
    async put(key, value, options) {
      await pass('put')
      return store.put(key, value, options)
    },
    ...(swap && {
      async compareAndSwap(key, expected, value, options) {
        await pass('swap')
        const written = await swap(key, expected, value, options)
        if (!written) scheduler.trace.push(`${name}: the swap was lost`)
        return written
      },
    }),
    async list(prefix, options) {
      await pass('list')
      return store.list(prefix, options)
    },
    async delete(key) {
      await pass('delete')
      return store.delete(key)
    },
  }
}

/** Calls to an engine elsewhere, each of which waits for its turn. */
export function gatedHome(home: ConnectionHome, name: string, scheduler: Scheduler) {
  const calling =
    <Args extends unknown[], Result>(
      operation: string,
      work: (...args: Args) => Promise<Result>,
    ): ((...args: Args) => Promise<Result>) =>
    async (...args) => {
      await scheduler.pass(`${name}: call ${operation}`)
      return work(...args)
    }
  return {
    complete: calling('complete', home.complete.bind(home)),
    accept: calling('accept', home.accept.bind(home)),
    list: calling('list', home.list.bind(home)),
    renew: calling('renew', home.renew.bind(home)),
    condemn: calling('condemn', home.condemn.bind(home)),
    disconnect: calling('disconnect', home.disconnect.bind(home)),
    endGrant: calling('endGrant', home.endGrant.bind(home)),
  } satisfies ConnectionHome
}

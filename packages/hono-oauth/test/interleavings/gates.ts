import type { Scheduler } from './scheduler.ts'

/** Something each of whose methods waits for its turn, but for those that answer at once. */
export function gated<T extends object>(inner: T, name: string, scheduler: Scheduler): T {
  return new Proxy(inner, {
    get(target, property) {
      const method: unknown = Reflect.get(target, property)
      if (typeof method !== 'function') return method
      return async (...args: unknown[]) => {
        await scheduler.pass(`${name} ${String(property)}`)
        const result: unknown = await method.apply(target, args)
        if (property === 'compareAndSwap' && result === false) {
          scheduler.trace.push(`${name}: the swap was lost`)
        }
        return result
      }
    },
  })
}

interface Resolved<T> {
  /** The bindings that the configuration has read, with their values. */
  readonly read: ReadonlyMap<PropertyKey, unknown>
  readonly value: T
}

const MAX_REMEMBERED = 20
/** Stands for the list of all names. */
const NAMES = Symbol('names')

/**
 * Calls `create` once for each set of values of the bindings that `create` reads. A host may make a new `env`
 * object for each request, with the same bindings and with others that `create` does not read.
 */
export function envResolver<E, T extends object>(create: (env: E) => T): (env: E) => T {
  const byObject = new WeakMap<object, T>()
  const resolved: Resolved<T>[] = []

  return function resolve(env) {
    const bindings = (typeof env === 'object' && env !== null ? env : {}) as object
    const known = byObject.get(bindings) ?? resolved.find((each) => hasRead(each, bindings))?.value
    if (known) {
      byObject.set(bindings, known)
      return known
    }
    const read = new Map<PropertyKey, unknown>()
    const value = create(recording(bindings, read) as E)
    byObject.set(bindings, value)
    resolved.unshift({ read, value })
    resolved.splice(MAX_REMEMBERED)
    return value
  }
}

function hasRead({ read }: Resolved<unknown>, bindings: object): boolean {
  return [...read].every(([name, value]) => readBinding(bindings, name) === value)
}

function readBinding(bindings: object, name: PropertyKey): unknown {
  return name === NAMES ? Reflect.ownKeys(bindings).map(String).join() : Reflect.get(bindings, name)
}

/** The same bindings, which note in `read` what is read of them. A copy reads all bindings. */
function recording(bindings: object, read: Map<PropertyKey, unknown>): object {
  const note = (name: PropertyKey) => {
    const value = readBinding(bindings, name)
    read.set(name, value)
    return value
  }
  return new Proxy(bindings, {
    get: (_target, name) => note(name),
    has(target, name) {
      note(name)
      return Reflect.has(target, name)
    },
    getOwnPropertyDescriptor(target, name) {
      note(name)
      return Reflect.getOwnPropertyDescriptor(target, name)
    },
    ownKeys(target) {
      note(NAMES)
      const names = Reflect.ownKeys(target)
      names.forEach(note)
      return names
    },
  })
}

import type { Runtime } from './runtime.ts'

const runtimes = /* @__PURE__ */ new WeakMap<object, (env: never) => Runtime>()
let watcher: ((oauth: object) => void) | undefined

/** Remembers how an OAuth object finds its runtime, for the tests of an app. No member of the object leads there. */
export function rememberRuntime<E>(oauth: object, resolve: (env: E) => Runtime): void {
  runtimes.set(oauth, resolve)
  watcher?.(oauth)
}

/** The runtime of an OAuth object for an environment; `undefined` for another object. */
export function runtimeOf<E>(oauth: object, env: E): Runtime | undefined {
  return (runtimes.get(oauth) as ((env: E) => Runtime) | undefined)?.(env)
}

/** Tells each OAuth object that the app makes from now on, exported or not. */
export function watchOAuth(listener: (oauth: object) => void): void {
  watcher = listener
}

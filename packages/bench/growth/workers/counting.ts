// What a Worker asks of its storage, counted for the script.

interface Context {
  waitUntil(work: Promise<unknown>): void
  passThroughOnException(): void
  readonly props: unknown
}

interface App<E> {
  fetch(request: Request, env: E, context: Context): Response | Promise<Response>
}

const counts: Record<string, number> = {}

/** Counts what the storage was asked. */
export function count(name: string, by = 1): void {
  counts[name] = (counts[name] ?? 0) + by
}

/**
 * The app with counted bindings, and a route that answers with the counts since its last answer.
 *
 * @param counted - makes the counted bindings, once
 */
export function countingApp<E>(app: App<E>, counted: (env: E) => E): App<E> {
  let bindings: E | undefined
  return {
    fetch(request, env, context) {
      if (new URL(request.url).pathname !== '/counts') {
        bindings ??= counted(env)
        return app.fetch(request, bindings, context)
      }
      const answer = Response.json(counts)
      for (const name of Object.keys(counts)) delete counts[name]
      return answer
    },
  }
}

import type { Controls } from './runtime.ts'

/** Carries `Sec-Fetch-Mode`, which no `fetch` sends as it is told. */
export const MODE_HEADER = 'x-test-sec-fetch-mode'

/** One answer of the app. */
export interface Answered {
  readonly method: string
  readonly path: string
  readonly status: number
  readonly headers: Headers
  readonly body: string
}

/** Which of the Workers over one storage. */
export type Isolate = 0 | 1

/** A runtime that the app runs in; what can be done to it from outside is done to the first isolate. */
export interface Place extends Controls {
  readonly name: string
  /** Whether the app shares this process, so that nothing stands between it and the wire. */
  readonly isInProcess: boolean
  readonly rotating: readonly ('ex-memory' | 'ex-object' | 'ex-d1')[]
  readonly send: (url: string, init: RequestInit, isolate?: Isolate) => Promise<Response>
  /** What the second isolate saw. */
  ranBeside(): ReturnType<Controls['ran']>
  /** Lets objects do what is due, where no alarm wakes them by itself. */
  wake(): Promise<void>
  /** Does something to the object that keeps a connection, given by the connection's id. */
  object(id: string, act: ObjectAct, sql?: string): Promise<Record<string, unknown>[]>
  /** What the app's runtime holds in memory, in bytes. */
  memory(): Promise<number>
  /** Every file that the runtime keeps. */
  files(): Promise<readonly string[]>
  dispose(): Promise<void>
}

/** `ring` sets the alarm to now, `evict` ends the object's life, `query` asks its database. */
export type ObjectAct = 'ring' | 'evict' | 'query'

const CONTROLS = [
  ...(['restart', 'advance', 'fail', 'strike', 'objectCalls', 'work', 'operations'] as const),
  ...(['ran', 'forget', 'dump', 'keys', 'put', 'objectStore', 'probe'] as const),
] satisfies readonly (keyof Controls)[]

/** The controls of a runtime that is reached by messages. */
export function controlsOver(send: (name: string, args: readonly unknown[]) => Promise<unknown>): Controls {
  return Object.fromEntries(CONTROLS.map((name) => [name, (...args: unknown[]) => send(name, args)])) as Controls
}

import type { Operations } from '../support/counting-store.ts'
import type { Ran, RotatingName, Variant } from './app.ts'
import type { PROBES, ProbeName } from './probes.ts'
import type { Work } from './work.ts'

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

/** What calls to a Durable Object fail with, one after the other. */
export interface Strike {
  readonly retryable?: boolean
  readonly overloaded?: boolean
}

/** How objects were called. */
export interface ObjectCalls {
  readonly calls: number
  readonly stubs: number
  /** Calls on a stub that had thrown before. */
  readonly onBroken: number
}

/** What went wrong in a runtime, and what it logged. */
export interface Told {
  readonly errors: readonly string[]
  readonly logs: readonly string[]
  /** What nobody caught, where nobody else would see it. */
  readonly uncaught?: readonly string[]
}

/** A runtime that the app runs in. */
export interface Place {
  readonly name: string
  /** Whether the app shares this process, so that nothing stands between it and the wire. */
  readonly isInProcess: boolean
  readonly rotating: readonly RotatingName[]
  readonly send: (url: string, init: RequestInit) => Promise<Response>
  /** A new app over the same stores, as another isolate would have it. */
  restart(variant: Variant): Promise<void>
  advance(seconds: number): Promise<void>
  /** What is stored, by key: in the ordinary store, in databases, in memory and inside objects. */
  dump(): Promise<Record<string, string>>
  /** The keys of the ordinary store that begin so. */
  keys(prefix: string): Promise<readonly string[]>
  /** Writes past the app. */
  put(entries: Readonly<Record<string, string>>): Promise<void>
  /** Lets objects do what is due, where no alarm wakes them by itself. */
  wake(): Promise<void>
  fail(operation: keyof Operations, on: boolean): Promise<void>
  strike(strikes: readonly Strike[]): Promise<void>
  objectCalls(): Promise<ObjectCalls>
  work(): Promise<Work>
  /** What the app did since it began, and all that was logged since that was forgotten. */
  ran(): Promise<Ran & Told>
  forget(): Promise<void>
  probe<Name extends ProbeName>(
    name: Name,
    argument: Parameters<(typeof PROBES)[Name]>[0],
  ): Promise<Awaited<ReturnType<(typeof PROBES)[Name]>>>
  /** What the app's runtime holds in memory, in bytes. */
  memory(): Promise<number>
  dispose(): Promise<void>
}

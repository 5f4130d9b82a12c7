import type { ObjectNamespaceLike } from '../../src/durable-object/namespace.ts'
import { type EngineSource, ObjectHost } from '../../src/durable-object/object-host.ts'
import type { Answer, ConnectionsRpc } from '../../src/durable-object/wire.ts'
import { FakeStorage } from './fake-storage.ts'

/** What the runtime says of a call that failed. */
export interface Verdict {
  readonly retryable?: boolean
  readonly overloaded?: boolean
}

/** What becomes of a call, given the work that it asks for. */
type Fault = (work: () => Promise<Answer>) => Promise<Answer>

/** An error as the runtime throws it for a call that it could not make, or not finish. */
export function runtimeError(verdict: Verdict = {}, message = 'the object was reset'): Error {
  return Object.assign(new Error(message), verdict)
}

/** A Durable Object: what it stores, and what runs over it until it is restarted. */
export class FakeObject {
  readonly storage = new FakeStorage()
  /** The operations that it was asked for, whatever became of them. */
  readonly calls: string[] = []
  #source: EngineSource<unknown>
  #host: ObjectHost<unknown>
  #endLife: (reason: Error) => void = () => undefined
  #ended: Promise<never>

  constructor(source: EngineSource<unknown>) {
    this.#source = source
    ;[this.#host, this.#ended] = this.#begin()
  }

  /** Ends this life of the object, with the calls that are under way, and begins another. */
  restart(source = this.#source, reason = runtimeError({ retryable: true })): void {
    this.#source = source
    this.#endLife(reason)
    ;[this.#host, this.#ended] = this.#begin()
  }

  /** Answers a call as RPC does: by what can be cloned, and with errors that are only that. */
  async call(method: 'storage' | 'connections', args: readonly unknown[]): Promise<Answer> {
    this.calls.push(String(args[0]))
    const run = this.#host[method].bind(this.#host) as (...args: unknown[]) => Promise<Answer>
    const answered = Promise.race([run(...structuredClone(args)), this.#ended])
    return structuredClone(await answered)
  }

  /** Delivers an alarm, whether or not one is due: the runtime may deliver one twice. */
  alarm(): Promise<void> {
    return Promise.race([this.#host.alarm(), this.#ended])
  }

  /** Delivers the alarm that is set, which is none any more by then. */
  async ring(): Promise<void> {
    this.storage.alarmAt = undefined
    await this.alarm()
  }

  #begin(): [ObjectHost<unknown>, Promise<never>] {
    let isAlive = true
    const ended = new Promise<never>((_, reject) => {
      this.#endLife = (reason) => {
        isAlive = false
        reject(reason)
      }
    })
    ended.catch(() => undefined)
    return [
      new ObjectHost(
        this.storage.open(() => isAlive),
        this.#source,
        {},
      ),
      ended,
    ]
  }
}

/** A Durable Object namespace in this process. */
export class FakeNamespace implements ObjectNamespaceLike {
  readonly objects = new Map<string, FakeObject>()
  /** How many stubs were handed out. */
  stubs = 0
  /** What the objects get their engines from. */
  source: EngineSource<unknown>
  readonly #faults: Fault[] = []

  constructor(source: EngineSource<unknown>) {
    this.source = source
  }

  idFromName(name: string): { readonly name: string } {
    return { name }
  }

  /** A stub, which is of no use any more once it has thrown. */
  get({ name }: { readonly name: string }): ConnectionsRpc {
    this.stubs++
    let isBroken = false
    const call = async (method: 'storage' | 'connections', args: readonly unknown[]) => {
      if (isBroken) throw new Error('the stub is broken')
      const fault = this.#faults.shift() ?? ((work) => work())
      try {
        return await fault(() => this.object(name).call(method, args))
      } catch (error) {
        isBroken = true
        throw error
      }
    }
    return {
      storage: (...args) => call('storage', args),
      connections: (...args) => call('connections', args),
    }
  }

  /** The object of a name, which begins to exist. */
  object(name: string): FakeObject {
    const known = this.objects.get(name)
    if (known) return known
    const made = new FakeObject(this.source)
    this.objects.set(name, made)
    return made
  }

  /** Lets the next calls fail before they reach an object. */
  fail(error: unknown, times = 1): void {
    for (let time = 0; time < times; time++) this.#faults.push(() => Promise.reject(error))
  }

  /** Lets the next call be done, and fail all the same. */
  failAfter(error: unknown): void {
    this.#faults.push(async (work) => {
      await work()
      throw error
    })
  }

  /** Lets the next call reach nobody, and never end. */
  hang(): void {
    this.#faults.push(() => new Promise(() => undefined))
  }
}

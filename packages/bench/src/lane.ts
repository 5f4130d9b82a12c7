import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Emulator } from 'provider-emulator'
import { buildWorker } from './build-worker.ts'
import type { Contender } from './contenders.ts'
import { createProvider } from './provider.ts'
import { RunningWorker } from './running-worker.ts'
import { type Cookies, Work } from './work.ts'

/** A contender with its Worker, its provider and its storage, which outlives the Worker. */
export class Lane {
  readonly contender: Contender
  /** Of the visitor who comes again. */
  cookies: Cookies = new Map()
  readonly #script: string
  readonly #provider: Emulator
  readonly #folder: string
  readonly #bindings: Record<string, string>
  #worker: RunningWorker | undefined

  private constructor(contender: Contender, script: string, folder: string, bindings: Record<string, string>) {
    this.contender = contender
    this.#script = script
    this.#folder = folder
    this.#bindings = bindings
    this.#provider = createProvider(contender.isRotating ?? true)
  }

  static async create(contender: Contender, folder: string, bindings = {}): Promise<Lane> {
    await mkdir(folder, { recursive: true })
    return new Lane(contender, await buildWorker(contender.entry), folder, bindings)
  }

  /** The lane where tokens end: another one where the contender needs other bindings for it. */
  async whereTokensEnd(): Promise<Lane> {
    const { expiryBindings } = this.contender
    if (!expiryBindings) return this
    return Lane.create(this.contender, join(this.#folder, 'expiry'), expiryBindings)
  }

  async start(): Promise<Work> {
    this.#worker = await RunningWorker.start({
      contender: this.contender,
      script: this.#script,
      provider: this.#provider,
      folder: this.#folder,
      bindings: this.#bindings,
    })
    return new Work(this.#worker, this.#provider)
  }

  async stop(): Promise<void> {
    await this.#worker?.stop()
    this.#worker = undefined
  }
}

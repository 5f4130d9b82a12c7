import { Agent } from 'node:http'
import type { Readable } from 'node:stream'
import { Miniflare, type Request as MiniflareRequest } from 'miniflare'
import type { Emulator } from 'provider-emulator'
import { BINDINGS } from './bindings.ts'
import { Browser } from './browser.ts'
import type { Contender } from './contenders.ts'
import { childProcesses, settledCpuTime } from './cpu-time.ts'

// workerd closes a connection that nothing was sent on for five seconds: this end closes it before.
const IDLE_MS = 2000

interface Start {
  readonly contender: Contender
  readonly script: string
  readonly provider: Emulator
  /** Where its storage is kept. */
  readonly folder: string
  readonly bindings?: Record<string, string>
}

/** A contender in a workerd process of its own. */
export class RunningWorker {
  readonly #miniflare: Miniflare
  readonly #pid: number
  readonly #address: URL
  readonly #agents: Agent[] = []

  private constructor(miniflare: Miniflare, pid: number, address: URL) {
    this.#miniflare = miniflare
    this.#pid = pid
    this.#address = address
  }

  static async start({ contender, script, provider, folder, bindings }: Start) {
    const others = new Set(childProcesses())
    const miniflare = new Miniflare({
      name: 'app',
      modules: [{ type: 'ESModule', path: 'worker.js', contents: script }],
      compatibilityDate: '2026-07-01',
      bindings: { ...BINDINGS, ...bindings },
      outboundService: (request: MiniflareRequest) => provider.fetch(request) as never,
      defaultPersistRoot: folder,
      // Past Miniflare's own Worker, which would be measured with the one that it serves.
      unsafeDirectSockets: [{ host: '127.0.0.1', port: 0 }],
      // What a Worker logs is read, so that workerd never waits for it.
      handleRuntimeStdio: (stdout: Readable, stderr: Readable) => {
        stdout.resume()
        stderr.resume()
      },
      ...contender.options,
    })
    const address = await miniflare.unsafeGetDirectURL('app')
    const pid = childProcesses().find((child) => !others.has(child))
    if (pid === undefined) throw new Error('workerd did not start as a child of this process.')
    return new RunningWorker(miniflare, pid, address)
  }

  /** A function that makes visitors, who share at most so many connections. */
  visitors(connections: number): (cookies?: ReadonlyMap<string, string>) => Browser {
    const agent = new Agent({ keepAlive: true, maxSockets: connections, timeout: IDLE_MS })
    this.#agents.push(agent)
    return (cookies) => new Browser(this.#address, agent, cookies)
  }

  /** Microseconds of CPU time that the process has had since it began. */
  cpuTime(): Promise<number> {
    return settledCpuTime(this.#pid)
  }

  async stop(): Promise<void> {
    for (const agent of this.#agents) agent.destroy()
    await this.#miniflare.dispose()
  }
}

import { afterEach, beforeEach } from 'vitest'
import { createEmulator, type Emulator, type EmulatorRequest } from './emulator.ts'
import type { EmulatorOptions } from './options.ts'
import { isServerHost } from './request-target.ts'

/** The settings of {@link startEmulator}: those of the emulator, and what happens to other requests. */
export interface TestEmulatorOptions extends EmulatorOptions {
  /**
   * What happens to a request to a host that is not emulated. `fail`: it gets status 599, and the test that sent it
   * fails. `pass`: it goes to the network. Default: `fail`.
   */
  readonly otherHosts?: 'fail' | 'pass'
  /** Whether the global `fetch` of the tests goes to the emulator. Default: true. */
  readonly replaceFetch?: boolean
}

/** An emulator for the tests of one file. */
export interface TestEmulator extends Emulator {
  /** The network of a Worker in Miniflare: `new Miniflare({ outboundService: emulator.outboundService })`. */
  readonly outboundService: (request: EmulatorRequest) => Promise<Response>
}

/**
 * Starts an emulator for a file of Vitest tests: call it once, outside the tests. It consents at once, and during each
 * test it replaces the global `fetch`; requests to this machine go on to the network. After each test it is reset, and
 * the test fails if a request went to a host that is not emulated.
 *
 * Inside workerd, with the Vitest integration of Workers, it works in the same way: a test and its Worker share the
 * global `fetch`.
 *
 * @param options The emulator's options, `otherHosts` and `replaceFetch`.
 * @returns The emulator, with its control.
 *
 * @example
 * const emulator = startEmulator()
 *
 * it('answers 503 while GitHub is down', async () => {
 *   emulator.control.setScenario('github', 'token-endpoint-503', 1)
 *   const response = await fetch('https://github.com/login/oauth/access_token', { method: 'POST' })
 *   expect(response.status).toBe(503)
 * })
 */
export function startEmulator(options: TestEmulatorOptions = {}): TestEmulator {
  const { otherHosts = 'fail', replaceFetch = true, ...settings } = options
  // It may be replaced at the time of a request.
  const network = globalThis.fetch
  const emulator = createEmulator({
    consent: 'auto',
    fetch: (url, init) => network(url, init),
    ...(otherHosts === 'pass' ? { passThrough: (request) => network(request) } : {}),
    ...settings,
  })
  const replacement: typeof fetch = (input, init) => {
    const request = new Request(input, init)
    return isServerHost(new URL(request.url).hostname) ? network(request) : emulator.fetch(request)
  }

  let replaced: typeof fetch | undefined
  beforeEach(() => {
    if (!replaceFetch) return
    replaced = globalThis.fetch
    globalThis.fetch = replacement
  })
  afterEach(() => {
    if (replaced) globalThis.fetch = replaced
    const unexpected = unexpectedRequests(emulator)
    emulator.control.reset()
    if (unexpected.length > 0) throw new Error(`Requests to hosts that are not emulated: ${unexpected.join(', ')}.`)
  })
  return { ...emulator, outboundService: (request) => emulator.fetch(request) }
}

function unexpectedRequests({ control }: Emulator): string[] {
  const unexpected = control.requests().filter(({ status }) => status === 599)
  return [...new Set(unexpected.map(({ method, host, path }) => `${method} ${host}${path}`))]
}

import { type AddressInfo, isIPv6 } from 'node:net'
import { createAdaptorServer } from '@hono/node-server'
import type { Emulator } from './emulator.ts'
import { IN_PROCESS_HOST } from './request-target.ts'

/** An emulator that listens on a port of this machine. */
export interface EmulatorServer {
  /** The origin with the real port, such as `http://127.0.0.1:9000`. */
  readonly url: string
  readonly port: number
  /** Stops listening and closes open connections. */
  close(): Promise<void>
}

/** Where the server of the emulator listens. */
export interface ServerOptions {
  /** Port number. 0 takes any free port. */
  readonly port: number
  /** A loopback address. Default: `127.0.0.1`. */
  readonly host?: string
}

// One scenario issues a token of 20 KB, which Node's default limit of 16 KB would refuse.
const MAX_HEADER_BYTES = 64 * 1024

/**
 * Serves an emulator over HTTP, on this machine only.
 *
 * @param emulator The emulator that answers the requests.
 * @param options The port and the loopback address to listen on.
 * @returns Resolves when the server listens. Rejects if the port is not available.
 *
 * @example
 * const server = await startServer(createEmulator(), { port: 0 })
 * await fetch(`${server.url}/_emulator/requests`)
 * await server.close()
 */
export function startServer(emulator: Emulator, { port, host = '127.0.0.1' }: ServerOptions): Promise<EmulatorServer> {
  const server = createAdaptorServer({
    fetch: (request) => {
      // The local network may point this name to this machine, for a page of its own (DNS rebinding).
      if (new URL(request.url).hostname === IN_PROCESS_HOST) return new Response('Use localhost.\n', { status: 421 })
      return emulator.fetch(request)
    },
    // The process may be a test run, so its global Request and Response are not replaced.
    overrideGlobalObjects: false,
    serverOptions: { maxHeaderSize: MAX_HEADER_BYTES },
  })
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      if ('closeAllConnections' in server) server.closeAllConnections()
    })
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      const address = server.address() as AddressInfo
      const name = isIPv6(host) ? `[${host}]` : host
      resolve({ url: `http://${name}:${address.port}`, port: address.port, close })
    })
  })
}

import { type AddressInfo, isIPv6 } from 'node:net'
import { createAdaptorServer } from '@hono/node-server'
import type { Emulator } from './emulator.ts'

/** An emulator that listens on this machine. */
export interface EmulatorServer {
  /** Such as `http://127.0.0.1:9000`, with the port that was really taken. */
  readonly url: string
  readonly port: number
  /** Stops listening and closes open connections. */
  close(): Promise<void>
}

export interface ServerOptions {
  /** Port number; 0 takes any free one. */
  readonly port: number
  /** A loopback address. Default: `127.0.0.1`. */
  readonly host?: string
}

// Node's default of 16 KB would refuse the 20 KB token that a scenario issues.
const MAX_HEADER_BYTES = 64 * 1024

/**
 * Serves an emulator over HTTP, on this machine only.
 *
 * @param emulator What answers the requests.
 * @param options Port and loopback address to listen on.
 * @returns Resolves once it is listening; rejects when the port cannot be taken.
 *
 * @example
 * const server = await startServer(createEmulator(), { port: 0 })
 * await fetch(`${server.url}/_emulator/requests`)
 * await server.close()
 */
export function startServer(
  emulator: Emulator,
  { port, host = '127.0.0.1' }: ServerOptions,
): Promise<EmulatorServer> {
  const server = createAdaptorServer({
    fetch: (request) => emulator.fetch(request),
    // The process may be somebody's test run: its global Request and Response stay what they are.
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

import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A Node server on a free loopback port, which believes that it is reached at a public origin. */
export interface Loopback {
  /** Sends a request for the public origin to the server; follows no redirect. */
  fetch(request: Request): Promise<Response>
  close(): Promise<void>
}

/**
 * Serves a public https origin from loopback: each request says, as behind a proxy, where it was sent to.
 *
 * @param listener - has to trust `X-Forwarded-Proto` and `X-Forwarded-Host`
 */
export async function openLoopback(listener: RequestListener, publicOrigin: string): Promise<Loopback> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const { host, protocol } = new URL(publicOrigin)
  return {
    async fetch(request) {
      const url = new URL(request.url)
      if (url.origin !== publicOrigin) throw new Error(`no server has the origin ${url.origin}`)
      const headers = new Headers(request.headers)
      headers.set('x-forwarded-proto', protocol.slice(0, -1))
      headers.set('x-forwarded-host', host)
      const { method, signal } = request
      const body = ['GET', 'HEAD'].includes(method) ? null : await request.text()
      const address = `http://127.0.0.1:${port}${url.pathname}${url.search}`
      return fetch(address, { method, headers, body, signal, redirect: 'manual' })
    },
    async close() {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
    },
  }
}

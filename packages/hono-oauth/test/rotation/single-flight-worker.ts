import { SingleFlight } from '../../src/connections/single-flight.ts'

// What a waiting request is ready to wait, in milliseconds: long enough to be told from none.
const PATIENCE_MS = 500
const flights = new SingleFlight<string>(PATIENCE_MS)
let started = 0
let joined = 0

/** Work that needs the network, so that it belongs to the request that began it. */
async function work(): Promise<string> {
  const count = ++started
  const response = await fetch('https://provider.example/slow')
  return `${await response.text()} ${count}`
}

export default {
  async fetch(
    request: Request,
    _env: unknown,
    context: { waitUntil(work: Promise<unknown>): void },
  ): Promise<Response> {
    const { pathname } = new URL(request.url)
    if (pathname === '/started') return new Response(String(started))
    if (pathname === '/joined') return new Response(String(joined))
    joined++
    const flight = flights.join('key', work)
    if (pathname === '/shielded') context.waitUntil(flight)
    // The creator is gone before its work is done, as when a browser tab is closed.
    if (pathname !== '/follow') return new Response('gone')
    return new Response(await flight)
  },
}

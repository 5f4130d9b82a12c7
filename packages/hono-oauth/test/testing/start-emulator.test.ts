import { Miniflare } from 'miniflare'
import { startEmulator } from 'provider-emulator/vitest'
import { expect, it } from 'vitest'

const emulator = startEmulator({ replaceFetch: false })

/** A Worker in Miniflare that passes on what it is asked for. */
async function ask(url: string): Promise<number> {
  const miniflare = new Miniflare({
    modules: true,
    script: `export default { fetch: (request) => fetch(new URL(request.url).searchParams.get('url')) }`,
    outboundService: emulator.outboundService,
  })
  try {
    return (await miniflare.dispatchFetch(`https://app.example/?${new URLSearchParams({ url })}`)).status
  } finally {
    await miniflare.dispose()
  }
}

it('is the network of a Worker in Miniflare', async () => {
  expect(await ask('https://api.webflow.com/v2/sites')).toBe(401)
  expect(emulator.control.requests()).toMatchObject([{ host: 'api.webflow.com', status: 401 }])
})

it.fails('fails the test whose Worker asks another host', async () => {
  expect(await ask('https://unknown.example/')).toBe(599)
})

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Miniflare, type Request as MiniflareRequest } from 'miniflare'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { keyText } from '../crypto/keys.ts'
import { bundleWorker, CLIENT, exampleProvider } from '../rotation/rig.ts'
import { ORIGIN } from '../support/app.ts'
import { readJson } from '../support/read-json.ts'

const [OLD, NEW] = [keyText('old'), keyText('new')]
const provider = exampleProvider()
let script: string
let directory: string
let miniflare: Miniflare | undefined

/** Another version of the Worker, over the objects that the last one left. */
async function deploy(keys: string): Promise<void> {
  await miniflare?.dispose()
  miniflare = new Miniflare({
    modules: [{ type: 'ESModule', path: 'worker.js', contents: script }],
    compatibilityDate: '2026-07-01',
    bindings: { KEYS: keys, CLIENT },
    durableObjects: { CONNECTIONS: { className: 'OAuthConnections', useSQLite: true } },
    durableObjectsPersist: directory,
    outboundService: (request: MiniflareRequest) =>
      provider.fetch(request as unknown as Request) as never,
  })
  await miniflare.ready
}

async function send(path: string, init: RequestInit = {}): Promise<Response> {
  const headers = { 'x-user': 'ada', ...init.headers }
  const request = { ...init, headers, redirect: 'manual' }
  return (await miniflare?.dispatchFetch(new URL(path, ORIGIN), request as never)) as never
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'objects-'))
  script = await bundleWorker('../durable-object/reseal-worker.ts')
})
afterAll(async () => {
  await miniflare?.dispose()
  await rm(directory, { recursive: true })
})

it('an object that nobody asks takes the new key when its alarm wakes it, and needs the old one no more', async () => {
  await deploy(OLD)
  const login = await send('/auth/example/login')
  const [cookie = ''] = login.headers.getSetCookie().map((line) => line.split(';')[0])
  const consent = await provider.fetch(new Request(login.headers.get('location') ?? ''))
  await send(consent.headers.get('location') ?? '', { headers: { cookie } })
  const { token } = await readJson(send('/token'))
  expect(token).toBeTypeOf('string')
  const { connections } = await readJson(send('/auth/connections'))
  const [, owner] = connections[0].id.split('.')
  const values = () => readJson(send(`/_test/values/${owner}`))
  const sealedByOld = await values()

  // Too soon: the old key is needed as long as no object woke.
  await deploy(NEW)
  expect(await readJson(send('/token'))).toMatchObject({ code: 'needs_reauth' })
  expect(await values()).toEqual(sealedByOld)

  await deploy(`${NEW},${OLD}`)
  await send(`/_test/ring/${owner}`, { method: 'POST' })
  await expect.poll(values, { timeout: 30_000 }).not.toEqual(sealedByOld)

  await deploy(NEW)
  expect(await readJson(send('/token'))).toEqual({ token })
})

import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Miniflare, type Request as MiniflareRequest } from 'miniflare'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bundleWorker, CLIENT, exampleProvider, LIFETIME } from '../rotation/rig.ts'
import { ORIGIN } from '../support/app.ts'
import { watchRuntime } from '../support/canary-runtime.ts'
import { readJson } from '../support/read-json.ts'
import { KEY } from '../support/rig.ts'
import { disguises } from './disguises.ts'

// What a text is hidden in: enough for each way of hiding it to be found or missed.
const SURROUNDINGS = ['', 'x', 'xy', 'xyz']

describe('a secret that is looked for', () => {
  const secret = 'canary-0123456789-secret>>>???'
  it.each(['utf8', 'base64', 'base64url', 'hex', 'utf16le'] as const)(
    'is found as %s',
    (encoding) => {
      for (const before of SURROUNDINGS) {
        for (const after of SURROUNDINGS) {
          const text = before + secret + after
          const file =
            encoding === 'utf8' || encoding === 'utf16le'
              ? Buffer.from(text, encoding)
              : Buffer.from(Buffer.from(text).toString(encoding))
          expect(disguises(secret).some((each) => file.includes(each))).toBe(true)
          expect(disguises('another-0123456789-text').some((each) => file.includes(each))).toBe(
            false,
          )
        }
      }
    },
  )
})

describe('the file of an object', () => {
  const provider = exampleProvider()
  /** All that the token endpoint gave, by what it called it. */
  const given: [member: string, value: string][] = []
  let directory: string
  let miniflare: Miniflare

  async function answer(request: MiniflareRequest) {
    const response = await provider.fetch(request as unknown as Request)
    if (new URL(request.url).pathname === '/token') {
      given.push(...(Object.entries(await readJson(response.clone())) as [string, string][]))
    }
    return response as never
  }

  async function send(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = { 'x-user': 'ada', ...init.headers }
    const request = { ...init, headers, redirect: 'manual' }
    return (await miniflare.dispatchFetch(new URL(path, ORIGIN), request as never)) as never
  }

  async function connect(): Promise<void> {
    const login = await send('/auth/example/login')
    const [cookie = ''] = login.headers.getSetCookie().map((line) => line.split(';')[0])
    const consent = await provider.fetch(new Request(login.headers.get('location') ?? ''))
    const landed = await send(consent.headers.get('location') ?? '', { headers: { cookie } })
    expect(landed.status).toBe(303)
  }

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'objects-'))
    miniflare = new Miniflare({
      handleRuntimeStdio: watchRuntime,
      modules: [
        { type: 'ESModule', path: 'worker.js', contents: await bundleWorker('./worker.ts') },
      ],
      compatibilityDate: '2026-07-01',
      bindings: { STORE: 'object', KEYS: KEY, CLIENT },
      durableObjects: { CONNECTIONS: { className: 'OAuthConnections', useSQLite: true } },
      durableObjectsPersist: directory,
      outboundService: answer,
    })
    await miniflare.ready
  })
  afterAll(async () => {
    await miniflare.dispose()
    await rm(directory, { recursive: true })
  })

  async function files(): Promise<string[]> {
    const entries = await readdir(directory, { recursive: true, withFileTypes: true })
    return entries
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name))
  }

  /** Looks for all that was ever given in all that lies there now. */
  async function expectSealed(): Promise<void> {
    const tokens = given.filter(([member]) => /_token$/.test(member)).map(([, value]) => value)
    const secrets = [...new Set(tokens), KEY, CLIENT.secret].flatMap(disguises)
    for (const file of await files()) {
      const bytes = await readFile(file)
      expect(secrets.filter((secret) => bytes.includes(secret)).map(String)).toEqual([])
    }
  }

  it('holds no token after a login, a renewal and a disconnect that is pending', async () => {
    await connect()
    await expectSealed()
    provider.control.advance(LIFETIME + 1)
    await send(`/_test/advance/${LIFETIME + 1}`, { method: 'POST' })
    const { token } = await readJson(send('/token'))
    expect(given).toContainEqual(['access_token', token])
    await expectSealed()
    await connect()
    await expectSealed()
    provider.control.setScenario('example-revoke-503', 5)
    expect(await readJson(send('/leave', { method: 'POST' }))).toEqual({ outcome: 'pending' })
    await expectSealed()
    for (const member of ['access_token', 'refresh_token']) {
      expect(given.filter(([each]) => each === member)).toHaveLength(3)
    }

    // The files are those of the object: they hold the entry, sealed.
    const databases = (await files()).filter((file) => file.endsWith('.sqlite'))
    const entries = databases.flatMap((file) => {
      const database = new DatabaseSync(file, { readOnly: true })
      const tables = database.prepare('SELECT name FROM sqlite_schema').all()
      const isOurs = tables.some(({ name }) => name === 'oauth_entries')
      const rows = isOurs ? database.prepare('SELECT key, value FROM oauth_entries').all() : []
      database.close()
      return rows
    })
    expect(entries).toHaveLength(1)
    expect(entries[0]?.['key']).toMatch(/^connections\/example\/[\w-]+$/)
    expect(String(entries[0]?.['value']).length).toBeGreaterThan(500)
  })
})

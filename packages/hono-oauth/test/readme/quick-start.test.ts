import { readFile } from 'node:fs/promises'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Browser } from '../rig/browser.ts'
import { KEY, ORIGIN } from '../rig/constants.ts'
import { CLIENT, createProvider } from '../rig/provider.ts'
import { readJson } from '../rig/read-json.ts'
import app from './quick-start.ts'

describe('the quick start of the README', () => {
  const provider = createProvider()
  beforeEach(() => {
    vi.stubGlobal('fetch', (url: string, init: RequestInit) => provider.fetch(new Request(url, init)))
  })
  afterEach(() => vi.unstubAllGlobals())

  it.each(['../../../../README.md', '../../README.md'])('is the code that %s shows', async (path) => {
    const read = (file: string) => readFile(new URL(file, import.meta.url), 'utf8')
    const [readme, code] = await Promise.all([read(path), read('./quick-start.ts')])
    expect(readme).toContain(`\`\`\`ts\n${code}\`\`\``)
  })

  it('has the code of your own pages', async () => {
    const read = (path: string) => readFile(new URL(path, import.meta.url), 'utf8')
    const [document, code] = await Promise.all([read('../../docs/errors.md'), read('./own-pages.ts')])
    const [, shown = ''] = code.split('const app = new Hono<{ Bindings: Env }>()\n\n')
    expect(document).toContain(`\`\`\`ts\n${shown}\`\`\``)
  })

  it('has the tests that the chapter on testing shows', async () => {
    const read = (file: string) => readFile(new URL(file, import.meta.url), 'utf8')
    expect(await read('../../docs/testing.md')).toContain(`\`\`\`ts\n${await read('./app-tests.test.ts')}\`\`\``)
  })

  it('goes from nothing to the first authorized API call', async () => {
    const values = new Map<string, string>()
    const env = {
      PUBLIC_ORIGIN: ORIGIN,
      OAUTH_KEYS: KEY,
      WEBFLOW_CLIENT_ID: CLIENT.id,
      WEBFLOW_CLIENT_SECRET: CLIENT.secret,
      TOKENS: {
        get: async (key: string) => values.get(key) ?? null,
        put: async (key: string, value: string) => void values.set(key, value),
        list: async () => ({ keys: [], list_complete: true }),
        delete: async (key: string) => void values.delete(key),
      },
    }
    const send = async (url: string, init: RequestInit) => app.request(url, init, env)
    const browser = new Browser(send, Date.now)
    expect((await browser.request('/sites')).status).toBe(401)
    const login = await browser.navigate('/auth/webflow/login?return_to=/sites')
    const callback = await provider.consent(login.headers.get('location') ?? '')
    expect((await browser.navigate(callback)).headers.get('location')).toBe('/sites')
    const { sites } = await readJson(browser.request('/sites'))
    expect(sites).toMatchObject([{ displayName: 'Acme Bakery' }])
    for (const value of values.values()) {
      for (const secret of provider.secrets) expect(value).not.toContain(secret)
    }
  })
})

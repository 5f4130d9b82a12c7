import { readdir, readFile } from 'node:fs/promises'
import { createBrowser } from 'hono-oauth/testing'
import { startEmulator } from 'provider-emulator/vitest'
import { describe, expect, it } from 'vitest'
import { app, countSites } from './tasks.ts'
import { env } from './test-env.ts'

const read = (path: string) => readFile(new URL(path, import.meta.url), 'utf8')
const withoutLinks = (text: string) => text.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
/** The sections of a README, by heading. */
const sectionsOf = (readme: string) => new Map(readme.split('\n## ').map((part) => [part.split('\n')[0], part.trim()]))
const [root, own] = await Promise.all([read('../../../../README.md'), read('../../README.md')])

describe('the two READMEs', () => {
  it.each([root, own])('have at most 900 words each, with their code', (readme) => {
    expect(readme.split(/\s+/).length).toBeLessThanOrEqual(900)
  })

  it('and that of the emulator count the presets', async () => {
    const presets = await readdir(new URL('../../src/providers/presets/', import.meta.url))
    for (const readme of [root, own, await read('../../../provider-emulator/README.md')]) {
      expect(readme).toContain(`${presets.length} more providers`)
    }
  })

  it('have the figures of the last full run of the bench', async () => {
    const results = await read('../../../bench/RESULTS.md')
    const medians = (name: string) => {
      const row = results.split('\n').find((line) => line.startsWith(`| ${name} |`)) ?? ''
      return row.split(' | ').map((cell) => cell.split(' ')[0])
    }
    const [cached, uncached] = [medians('hono-oauth, KV'), medians('hono-oauth, KV, no read cache')]
    const said = `a request costs ${cached[5]}, without the read cache ${uncached[5]}, and a whole login ${cached[3]}`
    expect(own.replaceAll('\n', ' ')).toContain(said)
  })

  it.each(['From an empty folder', 'Ten tasks', 'Size and speed', 'Choose something else if'])(
    'say the same: %s',
    (heading) => {
      const [there, here] = [root, own].map((readme) => sectionsOf(withoutLinks(readme)).get(heading))
      expect(here).toBeDefined()
      expect(there).toBe(here)
    },
  )
})

describe('the ten tasks', () => {
  const emulator = startEmulator()
  const origin = env.PUBLIC_ORIGIN
  const fetch = (request: Request) => app.fetch(request, env)
  const providers = (request: Request) => emulator.fetch(request)
  const browser = createBrowser({ origin, fetch, providers })

  it('are written as in the files that run here', async () => {
    const code = (await Promise.all(['./tasks.ts', './readmes.test.ts'].map(read))).join('')
    const rows =
      sectionsOf(own)
        .get('Ten tasks')
        ?.match(/^\| (?!To|---).*\|$/gm) ?? []
    expect(rows).toHaveLength(10)
    for (const row of rows) {
      for (const [, shown = ''] of row.matchAll(/`([^`]+)`/g)) expect(code).toContain(shown)
    }
  })

  it.each([
    ['google', 'accounts.google.com'],
    ['github', 'github.com'],
    ['wix', 'www.wix.com'],
  ])('start a login at %s', async (name, host) => {
    const login = await fetch(new Request(`${origin}/auth/${name}/login`))
    expect(new URL(login.headers.get('location') ?? '').host).toBe(host)
  })

  it('connect Webflow by the button, for a user, two routes and a job', async () => {
    const [, href = ''] = /href="([^"]+)"/.exec(await (await browser.open('/')).text()) ?? []
    const [id] = (await (await browser.open(href)).json()) as string[]
    expect(await (await browser.open(`/sites/${id}`)).json()).toMatchObject({ sites: [{}, {}, {}] })
    expect(await countSites(env, 'user-1001')).toBe(3)
  })

  it("show an error in the app's words", async () => {
    expect(await (await browser.open('/sites/unknown')).text()).not.toContain('<')
  })
})

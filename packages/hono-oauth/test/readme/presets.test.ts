import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { pathToFileURL } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { presetsTable, withTable } from '../../../../scripts/presets-table.ts'

const DOCUMENT = new URL('../../docs/providers.md', import.meta.url)
const APP = new URL('./presets-app.ts', import.meta.url)
// Beside this file, so that the presets in it find the package.
const folder = await mkdtemp(new URL('./presets-', import.meta.url).pathname)
afterAll(() => rm(folder, { recursive: true }))
let count = 0

/** The rows of one preset file: how each is used, and what it was checked against. */
async function rowsOf(source: string): Promise<{ use: string[][]; evidence: string[][] }> {
  const place = `${folder}/${++count}`
  await mkdir(place)
  await writeFile(`${place}/sample.ts`, source)
  const table = await presetsTable(pathToFileURL(`${place}/`))
  const [use = [], evidence = []] = table
    .split(/\n\n## .*\n\n/)
    .map((part) => part.split('\n').map((row) => row.slice(2, -2).split(/(?<!\\) \| /)))
  return { use: use.slice(2), evidence: evidence.slice(2) }
}

const IMPORTS = `
import { defineProvider } from 'hono-oauth/provider-kit'
import { oauth2 } from 'hono-oauth/providers/oauth2'
import { oidc } from 'hono-oauth/providers/oidc'
`
const ENDPOINTS = `
  authorizationEndpoint: 'https://as.example/authorize',
  tokenEndpoint: 'https://as.example/token',
  apiOrigins: ['https://api.example'],
`
const doc = (call: string, notes = 'Checked: page (D).\n *\n * Unknown: nothing.') => `
/**
 * Sample: a connection is one person, or
 * one team. It has no end.
 *
 * ${notes}
 *
 * @see {@link https://as.example | Sample - Page}
 * @example
 * \`\`\`ts
 * ${call}
 * \`\`\`
 */`
const app = (name: string, more = '') => `${name}({ clientId: env.ID, clientSecret: env.SECRET${more} })`

describe('the tables of presets', () => {
  it('are those in the document', async () => {
    const document = await readFile(DOCUMENT, 'utf8')
    const table = await presetsTable()
    expect(document, 'run `npx -y pnpm@12 run presets`').toBe(withTable(document, table))
    const [, ...example] = (await readFile(APP, 'utf8')).split('\n')
    expect(document).toContain(example.join('\n'))
  })

  it('has a row for each preset, made from its docstring and from the provider of its example', async () => {
    const { use, evidence } = await rowsOf(`${IMPORTS}
${doc(app('sample'))}
export const sample = defineProvider(oauth2, {
  scopes: ['a|b', 'c'],${ENDPOINTS}
  details: { team: 'token.team' },
  revocationEndpoint: 'https://as.example/revoke',
})
${doc(app('other', ", scopes: ['x'], redirectUri: '/back'"), 'No more.')}
export const other = defineProvider(sample, { refreshTokens: 'reusable', pkce: false })
/** {@link sample} in one place: {@link https://as.example | there}. Not here. */
export function third({ host, ...settings }) {
  return defineProvider(oauth2, { refreshTokens: 'none',${ENDPOINTS} })(settings)
}`)
    const one = 'one person, or one team. It has no end'
    const api = '`https://api.example`'
    expect(use).toEqual([
      [
        '`sample` from `hono-oauth/providers/sample`',
        one,
        '–',
        '–',
        api,
        '`team`',
        '`a\\|b` `c`',
        'rotating',
        'RFC 7009',
        'yes',
      ],
      [
        '`other` from `hono-oauth/providers/sample`',
        one,
        '–',
        '–',
        api,
        '`team`',
        '`a\\|b` `c`',
        'reusable',
        'RFC 7009',
        'no',
      ],
      [
        '`third` from `hono-oauth/providers/sample`',
        '`sample` in one place: there. Not here',
        '–',
        '–',
        api,
        '–',
        '–',
        'none',
        'no',
        'yes',
      ],
    ])
    const same = 'as `sample`'
    expect(evidence).toEqual([
      ['`sample`', 'page (D).', 'nothing.'],
      ['`other`', same, same],
      ['`third`', same, same],
    ])
  })

  it('tell the settings, the login and the origin of a preset that needs them', async () => {
    const { use } = await rowsOf(`${IMPORTS}
interface SampleSettings {
  readonly region?: string
}
${doc(app('sample'))}
export function sample(settings: SampleSettings) {
  return defineProvider(oauth2, {
    details: { shop: 'login.shop' },
    hosts: ['*.example.com'],
    authorizationEndpoint: 'https://{shop}/authorize',
    tokenEndpoint: 'https://{shop}/token',
    apiOrigins: ['https://{shop}'],
  })(settings)
}`)
    expect(use[0]?.slice(2, 6)).toEqual(['`region`', '`shop`', '`https://{shop}`', '`shop`'])
  })

  it.each([
    ["{ url: 'https://as.example/end' },", 'own'],
    ['/* @__PURE__ */ makeEnd(),', 'own'],
    ['end,', 'own'],
    ['url,', 'RFC 7009'],
    ['undefined,', 'no'],
  ])('tells how a preset revokes: %s', async (value, told) => {
    const { use } = await rowsOf(`${IMPORTS}
const url = 'https://as.example/end'
const end = { url }
const makeEnd = () => end
${doc(app('sample'))}
export const sample = defineProvider(oauth2, {${ENDPOINTS}
  revocationEndpoint: ${value}
})`)
    expect(use[0]?.[8]).toBe(told)
  })

  it('tells what an OpenID provider and an exchange do', async () => {
    const openid = await rowsOf(`${IMPORTS}
${doc(app('sample'))}
export const sample = defineProvider(oidc, { issuer: 'https://as.example', scopes: ['email'] })`)
    expect(openid.use[0]?.slice(6)).toEqual(['`openid` `email`', 'rotating', 'RFC 7009, if in the metadata', 'yes'])
    const exchange = await rowsOf(`${IMPORTS}
${doc(app('sample'))}
export const sample = defineProvider(oauth2, { refreshTokens: 'none',${ENDPOINTS}
  refreshEndpoint: { url: 'https://as.example/trade?token={access_token}' },
})`)
    expect(exchange.use[0]?.slice(7, 9)).toEqual(['exchange', 'no'])
  })

  it.each([
    ['', /sample has no docstring/],
    [doc(app('unknown')), /@example that makes no provider/],
    [doc(app('sample')).replace('@example', '@see'), /has no @example/],
    [doc(app('sample'), 'Checked: page.'), /has no paragraph "Unknown: …"/],
  ])('is not made of a preset whose docstring lacks something', async (comment, message) => {
    const source = `${IMPORTS}${comment}\nexport const sample = defineProvider(oauth2, {${ENDPOINTS}})`
    await expect(rowsOf(source)).rejects.toThrow(message)
  })

  it('needs both markers, and replaces what is between them', () => {
    const readme = 'a\n<!-- presets:start -->\nold\n<!-- presets:end -->\nb\n'
    expect(withTable(readme, '| x |')).toBe('a\n<!-- presets:start -->\n\n| x |\n\n<!-- presets:end -->\nb\n')
    expect(withTable(withTable(readme, '| x |'), '')).toBe('a\n<!-- presets:start -->\n<!-- presets:end -->\nb\n')
    expect(() => withTable('a\n<!-- presets:start -->\n', '')).toThrow(/presets:end/)
  })
})

import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { pathToFileURL } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { presetsTable, withTable } from '../../../../scripts/presets-table.ts'

const README = new URL('../../README.md', import.meta.url)
// Beside this file, so that the presets in it find the package.
const folder = await mkdtemp(new URL('./presets-', import.meta.url).pathname)
afterAll(() => rm(folder, { recursive: true }))
let count = 0

/** The table of one preset file. */
async function tableOf(source: string): Promise<string[][]> {
  const place = `${folder}/${++count}`
  await mkdir(place)
  await writeFile(`${place}/sample.ts`, source)
  const table = await presetsTable(pathToFileURL(`${place}/`))
  return table.split('\n').map((row) => row.slice(2, -2).split(/(?<!\\) \| /))
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

describe('the table of presets', () => {
  it('is that in the README', async () => {
    const readme = await readFile(README, 'utf8')
    const table = await presetsTable()
    expect(readme, 'run `npx -y pnpm@12 run presets`').toBe(withTable(readme, table))
  })

  it('has a row for each preset, made from its docstring and from the provider of its example', async () => {
    const [, , ...rows] = await tableOf(`${IMPORTS}
${doc(app('sample'))}
export const sample = defineProvider(oauth2, {
  scopes: ['a|b', 'c'],${ENDPOINTS}
  revocationEndpoint: 'https://as.example/revoke',
})
${doc(app('other', ", scopes: ['x'], redirectUri: '/back'"), 'No more.')}
export const other = defineProvider(sample, { refreshTokens: 'reusable', pkce: false })
/** {@link sample} in one place: {@link https://as.example | there}. Not here. */
export function third({ host, ...settings }) {
  return defineProvider(oauth2, { refreshTokens: 'none',${ENDPOINTS} })(settings)
}`)
    const one = 'one person, or one team'
    expect(rows).toEqual([
      [
        '`sample` from `hono-oauth/providers/sample`',
        one,
        'yes',
        'rotating',
        'RFC 7009',
        '`a\\|b` `c`',
        'page (D).',
        'nothing.',
      ],
      [
        '`other` from `hono-oauth/providers/sample`',
        one,
        'no',
        'reusable',
        'RFC 7009',
        '`a\\|b` `c`',
        'as `sample`',
        'as `sample`',
      ],
      [
        '`third` from `hono-oauth/providers/sample`',
        '`sample` in one place: there',
        'yes',
        'none',
        'no',
        'none',
        'as `sample`',
        'as `sample`',
      ],
    ])
  })

  it.each([
    ["{ url: 'https://as.example/end' },", 'own'],
    ['/* @__PURE__ */ makeEnd(),', 'own'],
    ['end,', 'own'],
    ['url,', 'RFC 7009'],
    ['undefined,', 'no'],
  ])('tells how a preset revokes: %s', async (value, told) => {
    const [, , row] = await tableOf(`${IMPORTS}
const url = 'https://as.example/end'
const end = { url }
const makeEnd = () => end
${doc(app('sample'))}
export const sample = defineProvider(oauth2, {${ENDPOINTS}
  revocationEndpoint: ${value}
})`)
    expect(row?.[4]).toBe(told)
  })

  it('tells what an OpenID provider and an exchange do', async () => {
    const [, , openid] = await tableOf(`${IMPORTS}
${doc(app('sample'))}
export const sample = defineProvider(oidc, { issuer: 'https://as.example', scopes: ['email'] })`)
    expect(openid?.slice(2, 6)).toEqual(['yes', 'rotating', 'RFC 7009, if in the metadata', '`openid` `email`'])
    const [, , exchange] = await tableOf(`${IMPORTS}
${doc(app('sample'))}
export const sample = defineProvider(oauth2, { refreshTokens: 'none',${ENDPOINTS}
  refreshEndpoint: { url: 'https://as.example/trade?token={access_token}' },
})`)
    expect(exchange?.slice(3, 5)).toEqual(['exchange', 'no'])
  })

  it.each([
    ['', /sample has no docstring/],
    [doc(app('unknown')), /@example that makes no provider/],
    [doc(app('sample')).replace('@example', '@see'), /has no @example/],
    [doc(app('sample'), 'Checked: page.'), /has no paragraph "Unknown: …"/],
  ])('is not made of a preset whose docstring lacks something', async (comment, message) => {
    const source = `${IMPORTS}${comment}\nexport const sample = defineProvider(oauth2, {${ENDPOINTS}})`
    await expect(tableOf(source)).rejects.toThrow(message)
  })

  it('needs both markers, and replaces what is between them', () => {
    const readme = 'a\n<!-- presets:start -->\nold\n<!-- presets:end -->\nb\n'
    expect(withTable(readme, '| x |')).toBe('a\n<!-- presets:start -->\n\n| x |\n\n<!-- presets:end -->\nb\n')
    expect(withTable(withTable(readme, '| x |'), '')).toBe('a\n<!-- presets:start -->\n<!-- presets:end -->\nb\n')
    expect(() => withTable('a\n<!-- presets:start -->\n', '')).toThrow(/presets:end/)
  })
})

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import ts from 'typescript-js'
import { describe, expect, it } from 'vitest'
import config from '../.vitepress/config.ts'
import { parseDocstring, sentenceOf } from '../scripts/docstring.ts'
import { errorsPartial } from '../scripts/error-pages.ts'
import { PLACES } from '../scripts/places.ts'
import { modules } from '../scripts/reference.ts'
import { siteSlugOf, slugOf, textOf } from '../scripts/sections.ts'
import { drawSequence } from '../scripts/sequence.ts'
import { commentOf, type PublicSymbol } from '../scripts/symbols.ts'

const PAGES = new URL('../pages/', import.meta.url)
const isMade = (file: string) => /^(providers\/made|reference\/api|public)\//.test(file)
const files = readdirSync(PAGES, { recursive: true, encoding: 'utf8' })
  .map((file) => file.replaceAll('\\', '/'))
  .filter((file) => file.endsWith('.md') && !isMade(file))
const read = (file: string) => readFileSync(new URL(file, PAGES), 'utf8')
const urlOf = (file: string) => `/${file.replace(/(index)?\.md$/, '')}`

describe('the pages', () => {
  it.each(files)('%s shows only code that is compiled: a file of examples, or a tested document', (file) => {
    expect(read(file)).not.toMatch(/^```(ts|js|tsx|jsx)\b/m)
  })

  it('are all in the sidebar', () => {
    const sidebar = JSON.stringify(config.themeConfig?.sidebar)
    const missing = files.map(urlOf).filter((url) => url !== '/' && !sidebar.includes(`"link":"${url}"`))
    expect(missing).toEqual([])
  })

  it.each(PLACES)('$page has the text of $source, $heading', ({ page, partial }) => {
    const file = page.endsWith('/') ? `${page.slice(1)}index.md` : `${page.slice(1)}.md`
    expect(read(file)).toContain(`<!--@include: @/../generated/partials/${partial}.md-->`)
  })
})

describe('a section of a document', () => {
  const source = 'packages/hono-oauth/docs/stores.md'
  it('comes without its heading, and with links to pages of the site', () => {
    const text = textOf({
      source,
      without: ['A new key'],
      page: '/guides/stores',
      partial: 'stores',
    })
    expect(text).toMatch(/^Keep tokens/)
    expect(text).toContain('\n## Durable Objects\n')
    expect(text).not.toContain('A new key')
    expect(text).toContain('](/reference/storage-schema)')
    expect(text).not.toMatch(/\]\((?!\/|https?:)/)
  })

  it('that is gone stops the build', () => {
    const place = { source, heading: 'No such section', page: '/start', partial: 'none' }
    expect(() => textOf(place)).toThrow('has no section "No such section"')
  })

  it.each([
    ['From `account: { url }`', 'from-account--url-', 'from-account-url'],
    ['6. A store of your own', '6-a-store-of-your-own', '_6-a-store-of-your-own'],
    ["Let's go", 'lets-go', 'let-s-go'],
  ])('is found by the anchor of %s, there and here', (heading, there, here) => {
    expect([slugOf(heading), siteSlugOf(heading)]).toEqual([there, here])
  })
})

describe('the reference', () => {
  it('has the modules of both packages, and their symbols', () => {
    const all = modules()
    expect(all.find(({ name }) => name === 'hono-oauth')?.symbols.map(({ name }) => name)).toContain('createOAuth')
    expect(all.find(({ name }) => name === 'hono-oauth/providers/*')?.symbols.length).toBeGreaterThan(40)
    expect(all.map(({ name }) => name)).toContain('provider-emulator/vitest')
  })

  it('has an example for each function, class and preset, and a row for each parameter', () => {
    const isLacking = ({ node, file }: PublicSymbol, module: string) => {
      const isPreset = module.includes('/providers/') && ts.isVariableStatement(node)
      if (!isPreset && !ts.isFunctionDeclaration(node) && !ts.isClassDeclaration(node)) return false
      const { examples, params } = parseDocstring(commentOf(node, file))
      const described = new Set(params.map((param) => param.name.replace(/\..*/, '')))
      const wanted = ts.isFunctionDeclaration(node) ? node.parameters.length : 0
      return examples.length === 0 || described.size < wanted
    }
    const lacking = modules().flatMap(({ name: module, symbols }) =>
      symbols.filter((symbol) => isLacking(symbol, module)).map(({ name }) => `${module}: ${name}`),
    )
    expect(lacking).toEqual([])
  })

  it('reads a docstring in its parts', () => {
    const doc = parseDocstring(`/**
 * Does {@link one} thing. And another.
 *
 * @param seconds - how long, in seconds
 * @returns the {@link https://a.example | result}
 * @throws OAuthError \`not_connected\`
 * @example
 * \`\`\`ts
 * once()
 * \`\`\`
 */`)
    expect(sentenceOf(doc)).toBe('Does `one` thing.')
    expect(doc.params).toEqual([{ name: 'seconds', text: 'how long, in seconds' }])
    expect(doc.returns).toBe('the [result](https://a.example)')
    expect(doc.throws).toEqual(['OAuthError `not_connected`'])
    expect(doc.examples).toEqual(['```ts\nonce()\n```'])
  })
})

it('troubleshooting has a part for each code, with what the log says', () => {
  const text = errorsPartial()
  expect(text).toContain('## state_missing {#state-missing}')
  expect(text).toContain('- **The log says:** Link to the login route, not to the callback.')
})

it('a diagram has a title and a description, and escapes its texts', () => {
  const steps = [{ from: 0, to: 1, text: 'a < b' }] as const
  const svg = drawSequence({ name: 'x', title: 'T', description: 'D', columns: ['A', 'B'], steps })
  expect(svg).toContain('aria-labelledby="diagram-x-title diagram-x-desc"')
  expect(svg).toContain('<title id="diagram-x-title">T</title><desc id="diagram-x-desc">D</desc>')
  expect(svg).toContain('a &lt; b')
  expect(existsSync(new URL('../generated/partials/diagram-login.md', import.meta.url))).toBe(true)
})

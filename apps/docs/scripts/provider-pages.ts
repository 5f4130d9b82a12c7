// One page and one example app for each file of presets, from the docstrings and the data of the presets.
import { readFileSync } from 'node:fs'
import { EVIDENCE, readPresets, type ShownPreset, USE } from '../../../scripts/presets-table.ts'
import { REGISTER_NOTES } from './register-notes.ts'
import { fileLink, ROOT } from './sections.ts'

const FOLDER = 'packages/hono-oauth/src/providers/presets'

/** A file to write: its path in this package, and its text. */
export type Output = readonly [path: string, text: string]

const kebab = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
const vendorOf = (preset: ShownPreset) => preset.links[0]?.title.split(' - ')[0] ?? ''
const cell = (preset: ShownPreset, column: (typeof USE)[number]) => preset.use[USE.indexOf(column)] ?? ''
const note = (preset: ShownPreset, column: (typeof EVIDENCE)[number]) => preset.evidence[EVIDENCE.indexOf(column)] ?? ''

/** The path of the account request of a preset, where it is a plain URL of the API. */
function accountPath(preset: ShownPreset, code: string): string | undefined {
  const [, origin = '-'] = /`([^`]*)`/.exec(cell(preset, 'API')) ?? []
  const [, url] = /\buserinfoEndpoint: '([^'{}]*)'/.exec(code) ?? []
  return url?.startsWith(origin) ? url.slice(origin.length) : undefined
}

/** The names of the variables in an example, in its order. */
const variablesOf = (example: string) => [
  ...new Set([...example.matchAll(/\benv\.(\w+)/g)].map(([, name = '']) => name)),
]

/** An example with each setting on a line of its own, where it is long. */
function spread(example: string): string {
  const [, head, settings] = /^(.*\(\{) (.*) \}\)$/.exec(example) ?? []
  if (head === undefined || settings === undefined || example.length < 70) return example
  let depth = 0
  const lines = ['']
  for (const piece of settings.split(', ')) {
    lines[lines.length - 1] += lines.at(-1) ? `, ${piece}` : piece
    depth += (piece.match(/[[{(]/g)?.length ?? 0) - (piece.match(/[\]})]/g)?.length ?? 0)
    if (depth === 0) lines.push('')
  }
  return `${head}\n${lines
    .filter(Boolean)
    .map((line) => `  ${line},\n`)
    .join('')}})`
}

/** The whole app of one preset. */
function appOf(preset: ShownPreset, code: string): string {
  const name = kebab(preset.name)
  const key = name.includes('-') ? `'${name}'` : name
  const rotates = cell(preset, 'Renews') === 'rotating'
  const store = rotates ? 'durableObjectStore(env.CONNECTIONS)' : 'kvStore(env.TOKENS)'
  const path = accountPath(preset, code)
  const entry = `${key}: ${spread(preset.example).replaceAll('\n', '\n    ')}`
  return `import { Hono } from 'hono'
import { createOAuth } from 'hono-oauth'
${rotates ? "import { connectionsObject } from 'hono-oauth/durable-object'\n" : ''}import { ${preset.name} } from 'hono-oauth/providers/${preset.file.replace(/\.ts$/, '')}'
import { ${store.split('(')[0]} } from 'hono-oauth/stores/${rotates ? 'durable-object' : 'kv'}'

export const oauth = createOAuth((env: Env) => ({
  origin: env.PUBLIC_ORIGIN,
  keys: env.OAUTH_KEYS,
  providers: {
    ${entry},
  },
  store: ${store},
}))
${rotates ? 'export class OAuthConnections extends connectionsObject(oauth) {}\n' : ''}
const app = new Hono<{ Bindings: Env }>()
app.route('/auth', oauth.routes)
app.get('/me', oauth.require('${name}'), ${
    path
      ? `async (c) => {
  const answer = await c.var.connection.fetch('${path}')
  return c.json(await answer.json())
})`
      : '(c) => c.json(c.var.connection.account))'
  }
export default app
`
}

const RENEWAL: Readonly<Record<string, string>> = {
  rotating:
    'Each renewal replaces the refresh token, so the connection needs a store that can compare and swap: a Durable Object, D1 or memory.',
  reusable: 'The refresh token stays the same. Every store works.',
  exchange: 'There is no refresh token. A living access token is exchanged for the next one.',
  none: 'There is no refresh token. When the token ends, the person logs in again.',
}
const REVOCATION: Readonly<Record<string, string>> = {
  no: 'The preset has no revocation request: a disconnect deletes the tokens here, with the outcome `deleted_only`.',
  own: 'A disconnect sends a request of the provider’s own form.',
  'RFC 7009': 'A disconnect sends a revocation request by RFC 7009.',
  'RFC 7009, if in the metadata':
    'A disconnect sends a revocation request by RFC 7009, if the provider’s metadata names the endpoint.',
}

function known(record: Readonly<Record<string, string>>, value: string, preset: ShownPreset): string {
  const text = record[value]
  if (text === undefined)
    throw new Error(`${preset.file}: the site has no text for "${value}" in scripts/provider-pages.ts`)
  return text
}

const capitalized = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)

/** The login route of a preset, which another parameter may follow. */
function loginOf(preset: ShownPreset): string {
  const route = `/auth/${kebab(preset.name)}/login?`
  if (cell(preset, 'Login needs') === '–') return route
  if (cell(preset, 'Login needs') !== '`shop`')
    throw new Error(`${preset.file}: show its login in scripts/provider-pages.ts`)
  return `${route}shop=example.myshopify.com&`
}

/** What to do beside the code, from an empty folder or in an app that is there. */
function setUp(preset: ShownPreset, variables: readonly string[], isMain: boolean): string {
  const general =
    'Register an app at the vendor, with the callback of the table, and write its values into `.dev.vars`.'
  const binding =
    cell(preset, 'Renews') === 'rotating'
      ? 'In place of the KV namespace, [bind the Durable Object](/guides/stores#durable-objects).'
      : 'The KV namespace `TOKENS` is there too.'
  return `${isMain ? '## Set it up' : '### Set it up'}

1. Write \`wrangler.jsonc\` and \`.dev.vars\` as in [Start](/start#_2-write-the-settings), with the variables ${variables.join(', ')}.
   ${binding} \`npx wrangler types\` writes the type \`Env\`.
2. To try it without an account, write \`emulator: env.PROVIDER_EMULATOR\` into the configuration, and start the
   [emulator](/emulator/). It has a client for [most providers](/emulator/providers#personalities).
3. For real accounts, leave that setting out. ${REGISTER_NOTES[preset.name] ?? general}
4. Start \`npx wrangler dev\`, and open \`http://localhost:8787${loginOf(preset)}return_to=/me\`.`
}

function partOf(preset: ShownPreset, isMain: boolean): string {
  const name = kebab(preset.name)
  const secrets = variablesOf(preset.example).map((variable) => `\`${variable}\``)
  const facts = [
    ['Callback to register', `\`https://<your app>/auth/${name}/callback\``],
    ['Callback on your machine', `\`http://localhost:8787/auth/${name}/callback\``],
    ['Login', `\`${loginOf(preset).slice(0, -1)}\``],
    ['Variables', secrets.join(' ')],
    ['Own settings', cell(preset, 'Own settings')],
    ['Scopes by default', cell(preset, 'Scopes by default')],
    ['Details of a connection', cell(preset, 'Details')],
    ['The access token may go to', cell(preset, 'API')],
    ['PKCE', cell(preset, 'PKCE')],
  ].filter(([, value]) => value !== '–')
  const evidence = isMain || !note(preset, 'Checked').startsWith('as ')
  return `${isMain ? '' : `## \`${preset.name}\`\n\n`}${capitalized(preset.connection.replace(/\|/g, '\\|'))}

${isMain ? '## The app' : '### The app'}

<<< @/../generated/providers/${name}.ts

${setUp(preset, secrets, isMain)}

${isMain ? '## Facts' : '### Facts'}

| | |
| --- | --- |
${facts.map((row) => `| ${row.join(' | ')} |`).join('\n')}

- **Renewal.** ${known(RENEWAL, cell(preset, 'Renews'), preset)}
- **Disconnect.** ${known(REVOCATION, cell(preset, 'Revokes'), preset)}
${
  evidence
    ? `
${isMain ? '## Where this comes from' : '### Where this comes from'}

- **Checked:** ${note(preset, 'Checked')}
- **Not known:** ${note(preset, 'Unknown')}

D: the vendor’s documentation or SDK. I: two independent implementations that agree. O: one implementation.
No login with a real account of this provider is a part of the tests: they use the [emulator](/emulator/).
`
    : ''
}
${preset.links.map(({ url, title }) => `- [${title}](${url})`).join('\n')}
`
}

function pageOf(presets: readonly ShownPreset[]): Output {
  const [main] = presets
  if (!main) throw new Error('a file of presets has none')
  const vendor = vendorOf(main)
  if (!vendor) throw new Error(`${main.file}: the docstring of ${main.name} has no @see with a title`)
  const name = main.file.replace(/\.ts$/, '')
  const others = presets.slice(1).map((preset) => `[\`${preset.name}\`](#${preset.name.toLowerCase()})`)
  return [
    `pages/providers/made/${name}.md`,
    `---
title: ${vendor}
description: Connect ${vendor} accounts in a Hono app, with hono-oauth/providers/${name}.
editLink: false
---

# ${vendor}

\`${main.name}\` from \`hono-oauth/providers/${name}\`.${others.length ? ` The same module has ${others.join(' and ')}.` : ''}

${presets.map((preset) => partOf(preset, preset === main)).join('\n')}
Source: ${fileLink(`\`${FOLDER}/${main.file}\``, `${FOLDER}/${main.file}`)}
`,
  ]
}

/** The vendors with their pages, for lists. */
export interface ProviderLink {
  readonly vendor: string
  readonly page: string
}

/** The pages of all presets, their example apps, and the list of them. */
export async function providerPages(): Promise<{ outputs: Output[]; links: ProviderLink[] }> {
  const presets = await readPresets()
  const byFile = Map.groupBy(presets, ({ file }) => file)
  const outputs: Output[] = []
  const variables = new Set<string>()
  for (const group of byFile.values()) {
    outputs.push(pageOf(group))
    const code = readFileSync(new URL(`${FOLDER}/${group[0]?.file}`, ROOT), 'utf8')
    for (const preset of group) {
      outputs.push([`generated/providers/${kebab(preset.name)}.ts`, appOf(preset, code)])
      for (const variable of variablesOf(preset.example)) variables.add(variable)
    }
  }
  const links = [...byFile.values()].flatMap(([main]) =>
    main ? [{ vendor: vendorOf(main), page: `/providers/${main.file.replace(/\.ts$/, '')}` }] : [],
  )
  links.sort((one, other) => one.vendor.localeCompare(other.vendor))
  const members = [...variables].map((name) => `  readonly ${name}: string\n`).join('')
  outputs.push(['generated/providers/env.d.ts', `interface Env {\n${members}}\n`])
  outputs.push(['generated/partials/providers.md', listOf(byFile)])
  return { outputs, links }
}

function listOf(byFile: ReadonlyMap<string, readonly ShownPreset[]>): string {
  const rows = [...byFile.values()].flat().map((preset) => {
    const page = preset.file.replace(/\.ts$/, '')
    const anchor = byFile.get(preset.file)?.[0] === preset ? '' : `#${preset.name.toLowerCase()}`
    const vendor = vendorOf(byFile.get(preset.file)?.[0] ?? preset)
    return `| ${vendor} | [\`${preset.name}\`](/providers/${page}${anchor}) | ${cell(preset, 'Renews')} | ${cell(preset, 'Revokes')} | ${cell(preset, 'PKCE')} |`
  })
  rows.sort((one, other) => one.localeCompare(other, 'en', { sensitivity: 'base' }))
  return `| Provider | Preset | Renews | Revokes | PKCE |\n| --- | --- | --- | --- | --- |\n${rows.join('\n')}\n`
}

import { writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { editEntry, entryLines } from '../../src/command/entry-file.ts'
import type { Project } from '../../src/command/project.ts'
import { addBinding } from '../../src/command/wrangler-file.ts'
import { makeProject } from './project.ts'

const wrangler: Project['wrangler'] = createRequire(import.meta.url)('wrangler')
const KV = '"kv_namespaces": [{ "binding": "TOKENS" }]'
const OBJECT = '"durable_objects": { "bindings": [{ "name": "CONNECTIONS", "class_name": "OAuthConnections" }] }'
const MIGRATION = '"migrations": [{ "tag": "v1", "new_sqlite_classes": ["OAuthConnections"] }]'
const TOML = `# the name of the app
name = "app"
main = "src/index.ts" # the entry
`
const COMMENTS = `{
\t// the name of the app
\t"name": "app", /* the // entry */
\t"main": "src/index.ts" // in TypeScript
}
`
const LINE = '{ "name": "app", "main": "src/index.ts"'

it.each<[title: string, file: string, binding: string, before: string, after: string | undefined]>([
  [
    'comments',
    'wrangler.jsonc',
    'TOKENS',
    COMMENTS,
    COMMENTS.replace(' // in TypeScript\n', `, // in TypeScript\n\t${KV}\n`),
  ],
  ['one line', 'wrangler.json', 'TOKENS', `${LINE} }`, `${LINE}, ${KV} }`],
  ['a comma at the end', 'wrangler.jsonc', 'TOKENS', `${LINE},\n}\n`, `${LINE},\n  ${KV}\n}\n`],
  [
    'other namespaces, of an environment too',
    'wrangler.jsonc',
    'TOKENS',
    `${LINE}, "env": { "b": { "kv_namespaces": [] } }, "kv_namespaces": [{ "binding": "A" }] }`,
    `${LINE}, "env": { "b": { "kv_namespaces": [] } }, "kv_namespaces": [{ "binding": "TOKENS" }, { "binding": "A" }] }`,
  ],
  ['an empty list', 'wrangler.jsonc', 'TOKENS', `${LINE}, "kv_namespaces": [] }`, `${LINE}, ${KV} }`],
  ['no objects', 'wrangler.jsonc', 'CONNECTIONS', `${LINE}\n}`, `${LINE},\n  ${OBJECT},\n  ${MIGRATION}\n}`],
  [
    'migrations of other objects',
    'wrangler.jsonc',
    'CONNECTIONS',
    `${LINE}, ${MIGRATION.replace('OAuth', 'X')} }`,
    undefined,
  ],
  ['TOML', 'wrangler.toml', 'TOKENS', TOML, `${TOML}\n[[kv_namespaces]]\nbinding = "TOKENS"\n`],
  ['a list in a line of TOML', 'wrangler.toml', 'TOKENS', `${TOML}kv_namespaces = []\n`, undefined],
  [
    'TOML without objects',
    'wrangler.toml',
    'CONNECTIONS',
    TOML,
    `${TOML}
[[durable_objects.bindings]]
name = "CONNECTIONS"
class_name = "OAuthConnections"

[[migrations]]
tag = "v1"
new_sqlite_classes = ["OAuthConnections"]
`,
  ],
])(
  'a wrangler file with %s gets a binding, once, and no other change',
  async (_title, file, binding, before, after) => {
    const configPath = join(await makeProject({ [file]: before }), file)
    const edit = (text: string) => {
      writeFileSync(configPath, text)
      const config = wrangler.unstable_readConfig({ config: configPath }, { hideWarnings: true })
      return addBinding({ wrangler, config, configPath }, text, `store(env.${binding})`)
    }
    const { text, byHand } = edit(before)
    expect([text, byHand === undefined]).toEqual([after, after !== undefined])
    if (after !== undefined) expect(edit(after)).toEqual({})
  },
)

const WITH = `import { Hono } from 'hono'\n`
it.each<[title: string, before: string, after: string | undefined]>([
  [
    'with semicolons and double quotes',
    `import { Hono } from "hono";\nconst app = new Hono();\n`,
    `import { Hono } from "hono";\nimport { oauth } from "./oauth";\nconst app = new Hono();\napp.route("/auth", oauth.routes);\n`,
  ],
  [
    'with its own specifiers',
    `${WITH}import './a.js'\nimport { b } from './b.jsx'\nexport const web = new Hono<{\n  Bindings: Env\n}>({ strict: false })\n`,
    `${WITH}import './a.js'\nimport { b } from './b.jsx'\nimport { oauth } from './oauth.js'\nexport const web = new Hono<{\n  Bindings: Env\n}>({ strict: false })\nweb.route('/auth', oauth.routes)\n`,
  ],
  ['with a chain', `${WITH}const app = new Hono()\n  .get('/', (c) => c.text('a'))\n`, undefined],
  ['with a chain in the line', `${WITH}const app = new Hono().basePath('/api')\n`, undefined],
  ['with two apps', `${WITH}const a = new Hono()\nconst b = new Hono()\n`, undefined],
  ['with a route of its own at /auth', `${WITH}const app = new Hono()\napp.get('/auth/me', me)\n`, undefined],
  ['without an import', 'const app = new Hono()\n', undefined],
])('an entry %s', (_title, before, after) => {
  expect(editEntry(before, entryLines(before, true, undefined))).toBe(after)
})

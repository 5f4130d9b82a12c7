import type { PresetExample } from './preset-example.ts'

/** The names that `init` gives. */
export const CLASS_NAME = 'OAuthConnections'
export const BINDINGS = { kv: 'TOKENS', object: 'CONNECTIONS' } as const

/** The module with the configuration of an app. */
export function oauthFile(preset: PresetExample, isTyped: boolean): string {
  const { call, module, variables, needsSwap } = preset
  const [store, binding] = needsSwap ? ['durableObjectStore', BINDINGS.object] : ['kvStore', BINDINGS.kv]
  const imports = [
    importOf('createOAuth', 'hono-oauth'),
    ...(needsSwap ? [importOf('connectionsObject', 'hono-oauth/durable-object')] : []),
    importOf(call, module),
    importOf(store, `hono-oauth/stores/${needsSwap ? 'durable-object' : 'kv'}`),
  ]
  const types = [
    '',
    '/** What this file reads of the wrangler file and of .dev.vars. */',
    'interface Bindings {',
    ...['PUBLIC_ORIGIN', 'OAUTH_KEYS', ...variables].map((each) => `  ${each}: string`),
    `  ${binding}: Parameters<typeof ${store}>[0]`,
    '}',
  ]
  const configuration = [
    '',
    `export const oauth = createOAuth((env${isTyped ? ': Bindings' : ''}) => ({`,
    '  origin: env.PUBLIC_ORIGIN,',
    '  keys: env.OAUTH_KEYS, // newest first',
    '  providers: {',
    providerLine(preset).replaceAll(/^/gm, '    '),
    '  },',
    `  store: ${store}(env.${binding}),`,
    '}))',
    ...(needsSwap ? ['', `export class ${CLASS_NAME} extends connectionsObject(oauth) {}`] : []),
  ]
  return [...imports, ...(isTyped ? types : []), ...configuration, ''].join('\n')
}

/** The lines of a provider in a configuration that is there. */
export function providerLines(preset: PresetExample): string[] {
  const { call, name, module, needsSwap } = preset
  const store = needsSwap
    ? [`stores: { '${name}': durableObjectStore(env.${BINDINGS.object}) }, // or another one that can compare and swap`]
    : []
  return [importOf(call, module), providerLine(preset), ...store]
}

const importOf = (name: string, module: string) => `import { ${name} } from ${quoted(module)}`

const quoted = (text: string) => `'${text}'`

function providerLine({ name, code }: PresetExample): string {
  return `${/^\w+$/.test(name) ? name : quoted(name)}: ${code},`
}

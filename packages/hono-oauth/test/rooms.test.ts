import { readdirSync, readFileSync } from 'node:fs'
import { posix } from 'node:path'
import { describe, expect, it } from 'vitest'

const SOURCE = new URL('../src/', import.meta.url)
const MAX_LINES = 350
const FILES = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .map((path) => path.replaceAll('\\', '/'))
  .sort()
// They import nothing but each other, so everyone may import them.
const LEAVES = ['deadline.ts', 'errors.ts', 'secret.ts']
const PROVIDER_CONTRACTS = ['providers/contract.ts', 'providers/webhook-contract.ts']

// OpenID Connect is a layer over OAuth 2.0, and so is its provider.
const INHERITED: Readonly<Record<string, string>> = { 'providers/oidc/': 'providers/oauth2/' }

interface Room {
  /** What its files may import beside the leaves and their own room: paths, or rooms with a slash. */
  readonly imports: readonly string[]
  /** What they may import as types alone. */
  readonly types?: readonly string[]
  readonly packages?: readonly string[]
}

// What every store is held to, and how its errors are told.
const STORE_CONTRACTS = ['stores/contract.ts', 'stores/guard.ts']

const ROOMS: Readonly<Record<string, Room>> = {
  'deadline.ts': { imports: [] },
  'errors.ts': { imports: [] },
  'secret.ts': { imports: [] },
  'crypto/': { imports: [], packages: ['jose'] },
  'protocol/': { imports: [], packages: ['oauth4webapi'] },
  'transaction/': { imports: ['crypto/'] },
  'session/': { imports: ['crypto/'] },
  'providers/': { imports: ['protocol/', 'crypto/'], packages: ['oauth4webapi', 'jose'] },
  'stores/': { imports: [] },
  // Doubles know what they stand in for, and nothing of what is tested with them.
  'testing/': { imports: ['stores/contract.ts'], types: ['stores/kv.ts'] },
  'webhooks/': { imports: [...PROVIDER_CONTRACTS, ...STORE_CONTRACTS] },
  'connections/': {
    imports: ['crypto/', 'protocol/back-channel.ts', ...PROVIDER_CONTRACTS, ...STORE_CONTRACTS],
    types: ['protocol/'],
  },
  'durable-object/': {
    imports: [
      'crypto/',
      'connections/',
      ...PROVIDER_CONTRACTS,
      ...STORE_CONTRACTS,
      // What D1 has under it too.
      'stores/sqlite.ts',
    ],
    packages: ['cloudflare:workers'],
  },
  'middleware/': {
    imports: [
      'crypto/',
      'protocol/',
      'transaction/',
      'session/',
      'connections/',
      'webhooks/',
      ...PROVIDER_CONTRACTS,
      'stores/contract.ts',
    ],
    packages: ['hono'],
  },
  'index.ts': {
    imports: ['connections/', 'middleware/', ...PROVIDER_CONTRACTS, 'stores/contract.ts'],
    packages: ['hono'],
  },
}

/** What single files may import beside what their room may: the only steps around the contracts. */
const EXCEPTIONS: Readonly<Record<string, readonly string[]>> = {
  'middleware/wix-instance.ts': ['providers/wix/signed-instance.ts'],
}

interface Import {
  readonly specifier: string
  readonly typeOnly: boolean
}

const read = (path: string) => readFileSync(new URL(path, SOURCE), 'utf8')
/** The code without its comments, whose examples import things too. */
const codeOf = (path: string) => read(path).replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '')
const roomOf = (path: string) => path.replace(/\/.*/, '/')

function importsOf(path: string): Import[] {
  const code = codeOf(path)
  const statements = /^(?:import|export)\s+(type\s+)?([^'";=()]*?)\s*from\s*'([^']+)'/gm
  const named = [...code.matchAll(statements)].map(([, type, names = '', specifier = '']) => {
    const list = /^\{([\s\S]*)\}$/
      .exec(names)?.[1]
      ?.split(',')
      .filter((name) => name.trim())
    const typeOnly = type !== undefined || list?.every((name) => /^\s*type\s/.test(name)) === true
    return { specifier, typeOnly }
  })
  const others = [...code.matchAll(/\bimport\s*\(?\s*'([^']+)'/g)].map(([, specifier = '']) => ({
    specifier,
    typeOnly: false,
  }))
  return [...named, ...others]
}

const targetOf = (path: string, specifier: string) => posix.join(posix.dirname(path), specifier)
const covers = (allowed: readonly string[], target: string) =>
  allowed.some((each) => (each.endsWith('/') ? target.startsWith(each) : target === each))

function isAllowed(path: string, { specifier, typeOnly }: Import): boolean {
  const room = ROOMS[roomOf(path)]
  if (!room) return false
  if (!specifier.startsWith('.')) return covers(room.packages ?? [], specifier.replace(/\/.*/, ''))
  const target = targetOf(path, specifier)
  if (!FILES.includes(target)) return false
  if (LEAVES.includes(target) || covers(room.imports, target)) return true
  if (typeOnly && covers(room.types ?? [], target)) return true
  if (EXCEPTIONS[path]?.includes(target)) return true
  return roomOf(target) === roomOf(path) && !isAnotherProvider(path, target)
}

/** One provider knows nothing of another, but for the one it is a kind of. */
function isAnotherProvider(path: string, target: string): boolean {
  const [own = '', other] = [path, target].map((file) => /^providers\/[^/]+\//.exec(file)?.[0])
  return other !== undefined && other !== own && other !== INHERITED[own]
}

describe('the reader of imports', () => {
  it('finds the files and what they import', () => {
    expect(FILES.length).toBeGreaterThan(40)
    expect(importsOf('crypto/seal.ts')).toEqual([
      { specifier: 'jose/jwe/flattened/decrypt', typeOnly: false },
      { specifier: 'jose/jwe/flattened/encrypt', typeOnly: false },
      { specifier: './encoding.ts', typeOnly: false },
      { specifier: './key-ring.ts', typeOnly: true },
    ])
    const statements = FILES.flatMap((path) => codeOf(path).match(/\sfrom\s+'/g) ?? [])
    expect(FILES.flatMap(importsOf)).toHaveLength(statements.length)
  })

  it.each([
    ['crypto/seal.ts', 'hono', false],
    ['crypto/seal.ts', '../errors.ts', true],
    ['crypto/seal.ts', '../errors.js', false],
    ['crypto/seal.ts', '../errors', false],
    ['crypto/seal.ts', '../session/session.ts', false],
    ['stores/kv.ts', './contract.ts', true],
    ['stores/kv.ts', '../crypto/seal.ts', false],
    ['stores/d1.ts', './sqlite.ts', true],
    ['testing/faulty-store.ts', '../stores/contract.ts', true],
    ['testing/faulty-store.ts', '../stores/memory.ts', false],
    ['testing/workers-kv.ts', '../stores/kv.ts', false],
    ['testing/workers-kv.ts', '../connections/engine.ts', false],
    ['stores/memory.ts', '../testing/clock.ts', false],
    ['connections/engine.ts', 'hono', false],
    ['connections/engine.ts', '../providers/webflow/index.ts', false],
    ['connections/engine.ts', '../stores/memory.ts', false],
    ['connections/engine.ts', '../protocol/scope.ts', false],
    ['middleware/routes.ts', 'hono/cookie', true],
    ['middleware/routes.ts', '../stores/kv.ts', false],
    ['providers/webflow/index.ts', '../contract.ts', true],
    ['providers/contract.ts', './webflow/index.ts', false],
    ['providers/contract.ts', './webhook-contract.ts', true],
    ['providers/wix/index.ts', '../webhook-contract.ts', true],
    ['providers/wix/index.ts', './webhook.ts', true],
    ['providers/wix/index.ts', '../webflow/webhook.ts', false],
    ['providers/webflow/index.ts', '../wix/webhook.ts', false],
    ['providers/oidc/index.ts', '../oauth2/revocation.ts', true],
    ['providers/oidc/index.ts', '../wix/webhook.ts', false],
    ['providers/oauth2/index.ts', '../oidc/id-token.ts', false],
    ['providers/webflow/index.ts', '../oauth2/revocation.ts', false],
    ['providers/wix/index.ts', '../../webhooks/raw-body.ts', false],
    ['webhooks/deliveries.ts', '../stores/contract.ts', true],
    ['webhooks/deliveries.ts', '../providers/webhook-contract.ts', true],
    ['webhooks/deliveries.ts', '../providers/wix/webhook.ts', false],
    ['webhooks/deliveries.ts', '../stores/memory.ts', false],
    ['webhooks/deliveries.ts', '../connections/engine.ts', false],
    ['webhooks/raw-body.ts', 'hono', false],
    ['connections/engine.ts', '../webhooks/deliveries.ts', false],
    ['middleware/receive-webhook.ts', '../webhooks/raw-body.ts', true],
    ['middleware/wix-instance.ts', '../providers/wix/signed-instance.ts', true],
    ['middleware/wix-instance.ts', '../providers/wix/webhook.ts', false],
    ['middleware/routes.ts', '../providers/wix/signed-instance.ts', false],
    ['providers/webflow/index.ts', '../../connections/engine.ts', false],
    ['durable-object/object.ts', 'cloudflare:workers', true],
    ['durable-object/object-host.ts', '../stores/sqlite.ts', true],
    ['durable-object/object-host.ts', '../stores/d1.ts', false],
    ['durable-object/object-host.ts', '../middleware/create-oauth.ts', false],
    ['middleware/create-oauth.ts', '../durable-object/object.ts', false],
    ['connections/engine.ts', '../durable-object/wire.ts', false],
    ['errors.ts', 'node:util', false],
  ])('knows what %s may import: %s, %s', (path, specifier, allowed) => {
    expect(isAllowed(path, { specifier, typeOnly: false })).toBe(allowed)
  })
})

describe.each(FILES)('%s', (path) => {
  it('stands in a room and imports only what the room may', () => {
    expect(Object.keys(ROOMS)).toContain(roomOf(path))
    const strangers = importsOf(path).filter((each) => !isAllowed(path, each))
    expect(strangers).toEqual([])
  })

  it('names relative files in full', () => {
    const relative = importsOf(path).filter(({ specifier }) => specifier.startsWith('.'))
    expect(relative.filter(({ specifier }) => !/^\.\.?\/.+\.ts$/.test(specifier))).toEqual([])
  })

  it('is short enough to read', () => {
    expect(read(path).split('\n').length - 1).toBeLessThanOrEqual(MAX_LINES)
  })

  it('leaves fetching to the back channel', () => {
    const calls = codeOf(path).match(/(?<![.\w#])fetch\((?!\w+\??:)/g) ?? []
    expect(calls.length > 0).toBe(path === 'protocol/back-channel.ts')
  })
})

import { readdirSync, readFileSync } from 'node:fs'
import { posix } from 'node:path'
import { describe, expect, it } from 'vitest'

const SOURCE = new URL('../src/', import.meta.url)
const MAX_LINES = 350
const FILES = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .map((path) => path.replaceAll('\\', '/'))
  .sort()
// They import nothing but each other and the error base of Hono, so everyone may import them.
const LEAVES = ['bounded-map.ts', 'deadline.ts', 'errors.ts', 'secret.ts', 'telemetry.ts']
const PROVIDER_CONTRACTS = ['providers/contract.ts', 'providers/other-scope.ts', 'providers/webhook-contract.ts']

// What a description means; presets are descriptions of one kind or the other.
const DESCRIBED = 'providers/described/'
const INHERITED: Readonly<Record<string, readonly string[]>> = {
  '': [DESCRIBED],
  'providers/oauth2/': [DESCRIBED],
  'providers/oidc/': [DESCRIBED],
  'providers/presets/': [DESCRIBED, 'providers/oauth2/', 'providers/oidc/'],
}

interface Room {
  /** What its files may import beside the leaves and their own room: paths, or rooms with a slash. */
  readonly imports: readonly string[]
  /** What they may import as types alone. */
  readonly types?: readonly string[]
  readonly packages?: readonly string[]
}

// The contract of all stores, and how their errors are told.
const STORE_CONTRACTS = ['stores/contract.ts', 'stores/guard.ts']
const CONTRACTS = [...PROVIDER_CONTRACTS, ...STORE_CONTRACTS]
// The one place that calls fetch, and the tokens that it brings.
const WIRE = ['protocol/back-channel.ts']
// What a connection is kept and renewed with, and what a browser brings and takes.
const ENGINE = ['vault/', 'connections/', 'engine/']
const BROWSER = ['protocol/', 'transaction/', 'session/']

const ROOMS: Readonly<Record<string, Room>> = {
  'bounded-map.ts': { imports: [] },
  'deadline.ts': { imports: [] },
  'errors.ts': { imports: [], packages: ['hono/http-exception'] },
  'secret.ts': { imports: [] },
  'telemetry.ts': { imports: [] },
  'opentelemetry.ts': { imports: [], packages: ['@opentelemetry/api'] },
  'crypto/': { imports: [] },
  'protocol/': { imports: [] },
  'transaction/': { imports: ['crypto/'] },
  'session/': { imports: ['crypto/'] },
  'providers/': { imports: ['protocol/', 'crypto/'], packages: ['jose'] },
  'stores/': { imports: [] },
  // Doubles know what they stand in for, and nothing of what is tested with them. A seed knows what a login stores.
  'testing/': {
    imports: [
      'stores/contract.ts',
      'session/',
      'middleware/config.ts',
      'middleware/owner.ts',
      'middleware/runtime-of.ts',
    ],
    types: ['stores/kv.ts', 'vault/', 'connections/', 'middleware/', 'providers/contract.ts'],
  },
  'webhooks/': { imports: CONTRACTS },
  'vault/': { imports: ['crypto/', ...CONTRACTS], types: ['protocol/'] },
  'connections/': { imports: ['vault/', ...CONTRACTS, ...WIRE] },
  'engine/': { imports: ['crypto/', 'vault/', 'connections/', ...CONTRACTS, ...WIRE] },
  'durable-object/': {
    // The Durable Object runs D1's statements over its own storage.
    imports: [...ENGINE, ...CONTRACTS, 'stores/sqlite.ts', 'stores/shared-store.ts'],
    packages: ['cloudflare:workers'],
  },
  'middleware/': {
    imports: [...BROWSER, ...ENGINE, 'crypto/', 'webhooks/', ...PROVIDER_CONTRACTS, 'stores/contract.ts'],
    packages: ['hono'],
  },
  // Runs in Node, but for its probe, which runs in the Worker of an app. No other room may import it.
  'command/': {
    imports: ['crypto/key-ring.ts', 'protocol/back-channel.ts', 'middleware/runtime-of.ts'],
    types: ['middleware/runtime.ts'],
    packages: ['child_process', 'fs', 'module', 'os', 'path', 'readline', 'url', 'util'].map((name) => `node:${name}`),
  },
  'index.ts': {
    imports: ['vault/', 'connections/', 'middleware/', ...PROVIDER_CONTRACTS, 'stores/contract.ts'],
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
  const others = [...code.matchAll(/(?<!\/)\bimport\s*\(?\s*'([^']+)'/g)].map(([, specifier = '']) => ({
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
  if (!specifier.startsWith('.')) {
    return [specifier, specifier.replace(/\/.*/, '')].some((name) => room.packages?.includes(name))
  }
  const target = targetOf(path, specifier)
  if (!FILES.includes(target)) return false
  if (LEAVES.includes(target) || covers(room.imports, target)) return true
  if (typeOnly && covers(room.types ?? [], target)) return true
  if (EXCEPTIONS[path]?.includes(target)) return true
  return roomOf(target) === roomOf(path) && !isAnotherProvider(path, target)
}

/** One provider knows nothing of another. */
function isAnotherProvider(path: string, target: string): boolean {
  const [own = '', other] = [path, target].map((file) => /^providers\/[^/]+\//.exec(file)?.[0])
  return other !== undefined && other !== own && !INHERITED[own]?.includes(other)
}

describe('the reader of imports', () => {
  it('finds the files and what they import', () => {
    expect(FILES.length).toBeGreaterThan(40)
    expect(importsOf('crypto/seal.ts')).toEqual([
      { specifier: './encoding.ts', typeOnly: false },
      { specifier: './key-ring.ts', typeOnly: true },
    ])
    const statements = FILES.flatMap((path) => codeOf(path).match(/\sfrom\s+'|\bimport\('/g) ?? [])
    expect(FILES.flatMap(importsOf)).toHaveLength(statements.length)
  })

  it.each<[string, string[], string[]]>([
    ['crypto/seal.ts', ['../errors.ts'], ['hono', '../errors.js', '../errors', '../session/session.ts']],
    ['stores/kv.ts', ['./contract.ts'], ['../crypto/seal.ts']],
    ['testing/faulty-store.ts', ['../stores/contract.ts'], []],
    ['testing/workers-kv.ts', [], ['../stores/kv.ts']],
    [
      'testing/seed-connection.ts',
      ['../middleware/runtime-of.ts'],
      ['../engine/engine.ts', 'provider-emulator', 'hono'],
    ],
    ['vault/vault.ts', ['../crypto/seal.ts'], ['../connections/events.ts', '../engine/engine.ts']],
    ['connections/connection.ts', ['../vault/record.ts'], ['../engine/engine.ts']],
    [
      'engine/engine.ts',
      ['../connections/events.ts'],
      ['hono', '../providers/webflow/index.ts', '../stores/memory.ts', '../durable-object/wire.ts'],
    ],
    ['middleware/routes.ts', ['hono/cookie'], ['../stores/kv.ts', '../providers/wix/signed-instance.ts']],
    [
      'providers/webflow/index.ts',
      ['../contract.ts'],
      ['../wix/webhook.ts', '../described/path.ts', '../../engine/engine.ts'],
    ],
    ['providers/oidc/index.ts', ['../described/path.ts'], ['../oauth2/userinfo.ts']],
    ['providers/oauth2/index.ts', ['../described/path.ts'], ['../oidc/id-token.ts']],
    ['providers/kit.ts', ['./described/options.ts'], ['./wix/common.ts']],
    ['providers/strict/private-key-jwt.ts', ['../../protocol/client.ts'], ['../described/options.ts']],
    ['providers/presets/github.ts', ['../oauth2/index.ts', '../described/options.ts'], ['../wix/common.ts']],
    ['providers/described/api.ts', [], ['../oauth2/index.ts', '../oidc/index.ts']],
    ['webhooks/deliveries.ts', ['../providers/webhook-contract.ts'], ['../providers/wix/webhook.ts']],
    ['middleware/wix-instance.ts', ['../providers/wix/signed-instance.ts'], []],
    ['durable-object/object.ts', ['cloudflare:workers'], []],
    ['durable-object/object-host.ts', [], ['../stores/d1.ts', '../middleware/create-oauth.ts']],
    ['middleware/create-oauth.ts', [], ['../durable-object/object.ts', '../command/probe.ts', 'node:util']],
    ['command/keygen.ts', ['../crypto/key-ring.ts', 'node:fs/promises'], ['../crypto/seal.ts', 'wrangler']],
    ['command/probe.ts', ['../middleware/runtime-of.ts'], ['../middleware/runtime.ts', '../testing/index.ts']],
    ['errors.ts', ['hono/http-exception'], ['hono', 'node:util']],
    ['opentelemetry.ts', ['@opentelemetry/api', './telemetry.ts'], ['./engine/engine.ts', 'hono']],
    ['telemetry.ts', ['./errors.ts'], ['@opentelemetry/api', './opentelemetry.ts']],
  ])('lets %s import %j, but not %j', (path, allowed, refused) => {
    const ask = (specifier: string) => isAllowed(path, { specifier, typeOnly: false })
    expect([allowed.filter(ask), refused.filter(ask)]).toEqual([allowed, []])
  })

  it('finds a circle', () => {
    const imports: Record<string, string[]> = { a: ['b'], b: ['c', 'd'], c: ['a'], d: [] }
    expect(circleFrom('a', (path) => imports[path] ?? [])).toEqual(['a', 'b', 'c', 'a'])
    expect(circleFrom('d', (path) => imports[path] ?? [])).toBeUndefined()
  })
})

/** A path of imports that leads from a file back to it. */
function circleFrom(start: string, importsFrom: (path: string) => readonly string[]): string[] | undefined {
  const seen = new Set<string>()
  function walk(path: string, way: string[]): string[] | undefined {
    for (const target of importsFrom(path)) {
      if (target === start) return [...way, path, start]
      if (seen.has(target)) continue
      seen.add(target)
      const circle = walk(target, [...way, path])
      if (circle) return circle
    }
    return undefined
  }
  return walk(start, [])
}

describe.each(FILES)('%s', (path) => {
  it('stands in a room and imports only what the room may', () => {
    expect(Object.keys(ROOMS)).toContain(roomOf(path))
    const strangers = importsOf(path).filter((each) => !isAllowed(path, each))
    expect(strangers).toEqual([])
  })

  it('is in no circle of files, of types either', () => {
    const targets = (from: string) =>
      importsOf(from)
        .filter(({ specifier }) => specifier.startsWith('.'))
        .map(({ specifier }) => targetOf(from, specifier))
    expect(circleFrom(path, targets)).toBeUndefined()
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

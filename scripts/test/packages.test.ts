import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { checkPackage, createPackageFromTarballData, type Package } from '@arethetypeswrong/core'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { deadLinks } from '../packages/links.ts'
import { folderOf, PUBLISHED, pack } from '../packages/pack.ts'
import { describeApi } from '../packages/public-api.ts'
import { type Subpath, subpathsOf } from '../packages/subpaths.ts'

/** The packages are ES modules alone: what CommonJS and the resolution of Node 10 make of them is no promise. */
const NOT_PROMISED = ['node10', 'node16-cjs']

let folder: string
let tarballs: ReadonlyMap<string, string>
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'packed-'))
  tarballs = new Map(await Promise.all(PUBLISHED.map(async (name) => [name, await pack(name, folder)] as const)))
})
afterAll(() => rm(folder, { recursive: true }))

describe.each(PUBLISHED)('the tarball of %s', (name) => {
  let data: Uint8Array<ArrayBuffer>
  let packed: Package
  let files: ReadonlyMap<string, string>
  let subpaths: readonly Subpath[]
  beforeAll(async () => {
    data = new Uint8Array(await readFile(tarballs.get(name) ?? ''))
    packed = createPackageFromTarballData(data)
    const root = `/node_modules/${name}/`
    files = new Map(packed.listFiles().map((path) => [path.slice(root.length), packed.readFile(path)]))
    subpaths = subpathsOf(name, JSON.parse(files.get('package.json') ?? '').exports, files.keys())
  })

  it('has no remark of publint', async () => {
    const { messages, pkg } = await publint({ strict: true, pack: { tarball: data.buffer } })
    expect(messages.map((message) => formatMessage(message, pkg))).toEqual([])
  })

  it('has types for each subpath that ES modules and bundlers find', async () => {
    const entrypoints = subpaths.map(({ specifier }) => specifier.replace(name, '.'))
    const result = await checkPackage(packed, { entrypoints })
    if (!result.types) throw new Error('no types')
    expect(Object.keys(result.entrypoints)).toEqual(entrypoints)
    const isPromised = (problem: object) =>
      !('resolutionKind' in problem && NOT_PROMISED.includes(String(problem.resolutionKind)))
    expect(result.problems.filter(isPromised)).toEqual([])
  })

  it('has the subpaths that the workspace uses, each built from its source', async () => {
    const { exports, publishConfig } = JSON.parse(await readFile(join(folderOf(name), 'package.json'), 'utf8'))
    const built = Object.entries<string>(exports).map(([subpath, source]) => {
      const path = source.replace(/^\.\/src\/(.+)\.ts$/, './dist/$1')
      return [subpath, path === source ? source : { types: `${path}.d.ts`, default: `${path}.js` }]
    })
    expect(publishConfig.exports).toEqual(Object.fromEntries(built))
  })

  it('has code, types and documents alone, and no map of sources', () => {
    const others = [...files.keys()].filter(
      (path) => !/^(dist\/.+(\.js|\.d\.ts)|.+\.md|docs\/.+\.webp|LICENSE|package\.json)$/.test(path),
    )
    expect(others).toEqual([])
    expect([...files].filter(([, text]) => text.includes('sourceMappingURL')).map(([path]) => path)).toEqual([])
  })

  it('has no link that leads out of it, or to a heading that is not there', () => {
    expect(deadLinks(files)).toEqual([])
  })

  it('has the public types that the folder api tells', async () => {
    const types = [...files].filter(([path]) => path.endsWith('.d.ts'))
    const documents = describeApi(subpaths, new Map(types))
    const api = join(folderOf(name), 'api')
    const hint = '`npx -y pnpm@12 run api` writes the public types anew'
    for (const [file, text] of documents) await expect.soft(text, hint).toMatchFileSnapshot(join(api, file))
    const written = await readdir(api).catch(() => [])
    expect(written.filter((file) => !documents.has(file))).toEqual([])
  })
})

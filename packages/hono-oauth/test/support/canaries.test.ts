import type { Readable } from 'node:stream'
import { Miniflare } from 'miniflare'
import { describe, expect, it, vi } from 'vitest'
import { Canaries, watchConsole } from './canaries.ts'
import { disposeHeard, LAST_WORD, watchRuntime } from './canary-runtime.ts'
import { listenToNotes, NOTE_MARK, noteError, noteSecret, noteText, SHOWS_TOKENS } from './notes.ts'
import { persist } from './persisted.ts'
import { COOKIE, noteAnswer } from './seen.ts'

// Not the one of this file, so that what is put there to be found fails nothing.
const SECRET = 'token-0123456789>>>???abcdef'

function setup() {
  const canaries = new Canaries()
  canaries.add('a token', SECRET)
  return canaries
}

const FORMS: Record<string, (text: string) => string> = {
  raw: (text) => text,
  base64: (text) => Buffer.from(text).toString('base64'),
  base64url: (text) => Buffer.from(text).toString('base64url'),
  hex: (text) => Buffer.from(text).toString('hex'),
  'hex in capitals': (text) => Buffer.from(text).toString('hex').toUpperCase(),
  'UTF-16': (text) => Buffer.from(text, 'utf16le').toString('latin1'),
  'UTF-16 in JSON': (text) => JSON.stringify(Buffer.from(text, 'utf16le').toString('latin1')),
}

describe('a secret that was written somewhere', () => {
  it.each(Object.keys(FORMS))('is found as %s, wherever it stands', (form) => {
    for (const before of ['', 'x', 'xy', 'Bearer ']) {
      const canaries = setup()
      const hidden = FORMS[form]?.(`${before}${SECRET}.`) ?? ''
      expect(canaries.find('a text', `{"a": ${hidden}}`)).toEqual(['a token in a text'])
      canaries.write('a log', hidden)
      expect(canaries.leaks()).toEqual(['a token in a log'])
    }
  })

  it('is not found where there is another one, or where it may stand', () => {
    const canaries = setup()
    expect(canaries.find('a text', SECRET.slice(1))).toEqual([])
    expect(canaries.find('a text', SECRET.toUpperCase())).toEqual([])
    expect(canaries.find('a text', SECRET, 'a token')).toEqual([])
    canaries.add('nothing', '')
    expect(canaries.find('a text', 'anything')).toEqual([])
  })
})

describe('a console that is watched', () => {
  const quiet = () => {
    const write = vi.fn()
    const inner = { log: write, info: write, warn: write, error: write, debug: write, trace: write }
    return { write, inner: inner as unknown as Console }
  }

  it.each(['log', 'info', 'warn', 'error', 'debug', 'trace'] as const)('tells on %s', (method) => {
    const canaries = setup()
    const { inner, write } = quiet()
    watchConsole(inner, canaries)[method]('this is %s', { deep: [SECRET] })
    expect(canaries.leaks()).toEqual([`a token in console.${method}`])
    expect(write).toHaveBeenCalledWith('this is %s', { deep: [SECRET] })
  })

  it('tells on an error by its message, its members and its causes', () => {
    for (const error of [
      new Error(SECRET),
      new Error('x', { cause: new Error(SECRET) }),
      Object.assign(new Error('x'), { response: { body: SECRET } }),
    ]) {
      const canaries = setup()
      watchConsole(quiet().inner, canaries).error('failed', error)
      expect(canaries.leaks()).toEqual(['a token in console.error'])
    }
  })

  it('tells also while a test listens to it', () => {
    const canaries = setup()
    const watched = watchConsole(quiet().inner, canaries)
    const spy = vi.spyOn(watched, 'warn').mockImplementation(() => undefined)
    watched.warn(SECRET)
    expect(watched.warn).toHaveBeenCalledWith(SECRET)
    expect(spy).toHaveBeenCalledTimes(1)
    expect(canaries.leaks()).toEqual(['a token in console.warn'])
  })

  it('is the one that this file writes to', () => {
    expect(console.log).not.toBe(watchConsole(console, new Canaries()).log)
    expect(Object.getOwnPropertyDescriptor(process.stdout, 'write')).toBeDefined()
  })
})

describe('a note', () => {
  it('tells a secret, and all that an error shows', () => {
    const canaries = setup()
    const cause = Object.assign(new Error('inner'), { toJSON: () => ({ shown: SECRET }) })
    const looped = new Error('outer', { cause })
    cause.cause = looped
    const listener = vi.fn((note) => canaries.take(note))
    const hook = Symbol.for('hono-oauth tests: notes')
    const before = Reflect.get(globalThis, hook)
    listenToNotes(listener)
    noteError(looped)
    noteError(undefined)
    noteSecret('a code', 'code-0123456789')
    noteSecret('a code', undefined)
    Reflect.set(globalThis, hook, before)
    expect(listener).toHaveBeenCalledTimes(3)
    expect(canaries.leaks()).toEqual(['a token in an error'])
    expect(canaries.find('a text', 'code-0123456789')).toEqual(['a code in a text'])
  })

  it('is no log when it comes in a line of one', () => {
    const canaries = setup()
    const note = { kind: 'a code', secret: 'code-0123456789' }
    expect(canaries.takeLine('a log', NOTE_MARK + JSON.stringify(note))).toBe(true)
    expect(canaries.leaks()).toEqual([])
    expect(canaries.takeLine('a log', note.secret)).toBe(false)
    expect(canaries.leaks()).toEqual(['a code in a log'])
  })
})

describe('an answer', () => {
  const found = async (body: string, headers: Record<string, string> = {}) => {
    const canaries = setup()
    canaries.add(COOKIE, 'cookie-0123456789')
    const hook = Symbol.for('hono-oauth tests: notes')
    const before = Reflect.get(globalThis, hook)
    listenToNotes((note) => canaries.take(note))
    await noteAnswer(new Response(body, { headers }))
    noteText('an address', 'https://provider.example/?nothing')
    Reflect.set(globalThis, hook, before)
    return canaries.leaks()
  }

  it('tells a secret wherever it stands', async () => {
    expect(await found(`{"a":"${SECRET}"}`)).toEqual(['a token in the body of an answer'])
    expect(await found('', { etag: `"${btoa(SECRET)}"` })).toEqual([
      'a token in the headers of an answer',
    ])
    const location = `/after?token=${encodeURIComponent(SECRET)}`
    expect(await found('', { location })).toEqual(['a token in a redirect'])
    const cookie = `session=${Buffer.from(`{"a":"${SECRET}"}`).toString('base64url')}; Path=/`
    expect(await found('', { 'set-cookie': cookie })).toEqual(['a token in Set-Cookie'])
  })

  it('may set a cookie, and show its value nowhere else', async () => {
    expect(await found('', { 'set-cookie': 'session=cookie-0123456789' })).toEqual([])
    expect(await found('cookie-0123456789')).toEqual([`${COOKIE} in the body of an answer`])
    expect(await found('', { 'x-debug': 'cookie-0123456789' })).toEqual([
      `${COOKIE} in the headers of an answer`,
    ])
  })

  it('of an app that is there to show tokens says so', async () => {
    expect(await found(SECRET, SHOWS_TOKENS)).toEqual([])
  })
})

describe('a Worker', () => {
  it.each([
    ...['log', 'info', 'warn', 'error', 'debug'].map((method): [string, string] => [
      method,
      JSON.stringify(SECRET),
    ]),
    ['error', `new Error(${JSON.stringify(SECRET)})`],
    ['error', `new Error('x', { cause: new Error(${JSON.stringify(SECRET)}) })`],
    ['log', `btoa('x' + ${JSON.stringify(SECRET)})`],
  ])('is heard to its last word: %s(%s)', async (method, shown) => {
    const heard = new Canaries()
    const note = NOTE_MARK + JSON.stringify({ kind: 'a token', secret: SECRET })
    const printed = ['log', 'error'].map((name) =>
      vi.spyOn(console, name as 'log').mockImplementation(() => undefined),
    )
    const script = `export default { fetch() {
      console.debug(${JSON.stringify(note)})
      console.${method}('hello', ${shown})
      return new Response()
    } }`
    const worker = { name: 'app', modules: true, compatibilityDate: '2026-07-01', script }
    const miniflare = new Miniflare({
      workers: [worker, LAST_WORD],
      handleRuntimeStdio: (stdout: Readable, stderr: Readable) =>
        watchRuntime(stdout, stderr, heard),
    })
    await miniflare.dispatchFetch('https://worker.example')
    await disposeHeard(miniflare)
    for (const spy of printed) spy.mockRestore()
    expect(heard.leaks()).toEqual([
      expect.stringMatching(/^a token in the std(out|err) of workerd$/),
    ])
  })

  it('is read to the last byte of what it keeps, what it deleted included', async () => {
    const read = new Canaries()
    read.add('a token', SECRET)
    const persisted = await persist(read)
    const script = `
      import { DurableObject } from 'cloudflare:workers'
      const secret = ${JSON.stringify(SECRET)}
      export class Keeper extends DurableObject {
        async keep() { await this.ctx.storage.put('key', secret) }
      }
      export default { async fetch(_request, { KV, DB, OBJECTS }) {
        await KV.put('key', secret)
        await DB.exec('CREATE TABLE kept (value TEXT)')
        await DB.prepare('INSERT INTO kept VALUES (?)').bind(secret).run()
        await DB.exec('DELETE FROM kept')
        await OBJECTS.get(OBJECTS.idFromName('one')).keep()
        return new Response()
      } }`
    const miniflare = new Miniflare({
      ...persisted.options,
      handleRuntimeStdio: watchRuntime,
      workers: [
        {
          name: 'app',
          modules: true,
          compatibilityDate: '2026-07-01',
          script,
          kvNamespaces: ['KV'],
          d1Databases: ['DB'],
          durableObjects: { OBJECTS: { className: 'Keeper', useSQLite: true } },
        },
        LAST_WORD,
      ],
    })
    expect((await miniflare.dispatchFetch('https://worker.example')).status).toBe(200)
    await disposeHeard(miniflare, persisted)
    expect(read.leaks().toSorted()).toEqual([
      'a token in the files of d1',
      'a token in the files of kv',
      'a token in the files of objects',
    ])
  })
})

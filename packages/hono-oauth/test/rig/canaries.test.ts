import { readFile } from 'node:fs/promises'
import { describe, expect, it, vi } from 'vitest'
import { Canaries, watchConsole } from './canaries.ts'
import { openMiniflare } from './miniflare.ts'
import { COOKIE, listenToNotes, NOTE_MARK, noteAnswer, noteError, noteSecret, SHOWS_TOKENS } from './notes.ts'

// Not the scan of this file, so that what is put there to be found fails nothing.
const SECRET = 'token-0123456789>>>???abcdef'

function setup() {
  const canaries = new Canaries()
  canaries.add('a token', SECRET)
  return canaries
}

/** Runs something whose notes go to other canaries than those of this file. */
async function noted(canaries: Canaries, act: () => unknown): Promise<void> {
  const hook = Symbol.for('hono-oauth tests: notes')
  const before = Reflect.get(globalThis, hook)
  listenToNotes((note) => canaries.take(note))
  await act()
  Reflect.set(globalThis, hook, before)
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
      for (const after of ['.', 'x', 'xyz']) {
        const canaries = setup()
        const hidden = FORMS[form]?.(before + SECRET + after) ?? ''
        expect(canaries.find('a text', `{"a": ${hidden}}`)).toEqual(['a token in a text'])
        canaries.write('a log', hidden)
        expect(canaries.leaks()).toEqual(['a token in a log'])
      }
    }
  })

  it('is not found where there is another one, or where it may stand', () => {
    const canaries = setup()
    for (const text of [SECRET.slice(1), SECRET.toUpperCase()]) expect(canaries.find('a text', text)).toEqual([])
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

  it.each(['log', 'info', 'warn', 'error', 'debug', 'trace'] as const)('notes a secret in %s', (method) => {
    const canaries = setup()
    const { inner, write } = quiet()
    const watched = watchConsole(inner, canaries)
    watched[method]('this is %s', { deep: [SECRET] })
    expect(canaries.leaks()).toEqual([`a token in console.${method}`])
    expect(write).toHaveBeenCalledWith('this is %s', { deep: [SECRET] })
    // Also while a test listens to it.
    const spy = vi.spyOn(watched, method).mockImplementation(() => undefined)
    watched[method](SECRET)
    expect(spy).toHaveBeenLastCalledWith(SECRET)
  })

  it.each([
    ['message', new Error(SECRET)],
    ['cause', new Error('x', { cause: new Error(SECRET) })],
    ['member', Object.assign(new Error('x'), { response: { body: SECRET } })],
  ])('notes a secret in the %s of an error', (_part, error) => {
    const canaries = setup()
    watchConsole(quiet().inner, canaries).error('failed', error)
    expect(canaries.leaks()).toEqual(['a token in console.error'])
  })

  it('is the one that this file writes to', () => {
    expect(console.log).not.toBe(watchConsole(console, new Canaries()).log)
    expect(Object.getOwnPropertyDescriptor(process.stdout, 'write')).toBeDefined()
  })
})

describe('a note', () => {
  it('tells a secret, and all that an error shows', async () => {
    const canaries = setup()
    const cause = Object.assign(new Error('inner'), { toJSON: () => ({ shown: SECRET }) })
    const looped = new Error('outer', { cause })
    cause.cause = looped
    await noted(canaries, () => {
      for (const error of [looped, undefined]) noteError(error)
      for (const secret of ['code-0123456789', undefined]) noteSecret('a code', secret)
    })
    expect(canaries.leaks()).toEqual(['a token in an error'])
    expect(canaries.find('a text', 'code-0123456789')).toEqual(['a code in a text'])
  })

  it('is no log when it comes in a line of one', () => {
    const canaries = setup()
    const note = { kind: 'a code', secret: 'code-0123456789' }
    expect(canaries.takeLine('a log', NOTE_MARK + JSON.stringify(note))).toBe(true)
    expect(canaries.takeLine('a log', note.secret)).toBe(false)
    expect(canaries.leaks()).toEqual(['a code in a log'])
  })
})

describe('an answer', () => {
  const cookie = 'cookie-0123456789'
  const inJson = Buffer.from(`{"a":"${SECRET}"}`).toString('base64url')

  it.each<[string, string, Record<string, string>, string[]]>([
    ['body', `{"a":"${SECRET}"}`, {}, ['a token in the body of an answer']],
    ['header', '', { etag: `"${btoa(SECRET)}"` }, ['a token in the headers of an answer']],
    ['redirect', '', { location: `/?t=${encodeURIComponent(SECRET)}` }, ['a token in a redirect']],
    ['cookie', '', { 'set-cookie': `a=${inJson}; Path=/` }, ['a token in Set-Cookie']],
    ['cookie, which is its own value', '', { 'set-cookie': `a=${cookie}` }, []],
    ['body, as a cookie', cookie, {}, [`${COOKIE} in the body of an answer`]],
    ['header, as a cookie', '', { 'x-a': cookie }, [`${COOKIE} in the headers of an answer`]],
    ['body of an app that is there to show tokens', SECRET, SHOWS_TOKENS, []],
  ])('is searched for a secret in its %s', async (_where, body, headers, leaks) => {
    const canaries = setup()
    canaries.add(COOKIE, cookie)
    await noted(canaries, () => noteAnswer(new Response(body, { headers })))
    expect(canaries.leaks()).toEqual(leaks)
  })
})

describe('a Worker', () => {
  const text = JSON.stringify(SECRET)

  it.each([
    ...['log', 'info', 'warn', 'error', 'debug'].map((method) => [method, text] as const),
    ['error', `new Error(${text})`],
    ['error', `new Error('x', { cause: new Error(${text}) })`],
    ['log', `btoa('x' + ${text})`],
  ] as const)('is read to the last line of its log: %s(%s)', async (method, shown) => {
    const watching = new Canaries()
    const note = NOTE_MARK + JSON.stringify({ kind: 'a token', secret: SECRET })
    const script = `export default { fetch() {
      console.debug(${JSON.stringify(note)})
      console.${method}('hello', ${shown})
      return new Response()
    } }`
    const { miniflare, dispose } = await openMiniflare([{ name: 'app', script }], { watching, isSilent: true })
    await miniflare.dispatchFetch('https://worker.example')
    await dispose()
    const std = expect.stringMatching(/^a token in the std(out|err) of workerd$/)
    expect(watching.leaks()).toEqual([std])
  })

  it('is read to the last byte of what it keeps, what it deleted included', async () => {
    const watching = new Canaries()
    watching.add('a token', SECRET)
    const script = `
      import { DurableObject } from 'cloudflare:workers'
      const secret = ${text}
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
    const bindings = {
      kvNamespaces: ['KV'],
      d1Databases: ['DB'],
      durableObjects: { OBJECTS: { className: 'Keeper', useSQLite: true } },
    }
    const { miniflare, dispose, files } = await openMiniflare([{ name: 'app', script, ...bindings }], { watching })
    expect((await miniflare.dispatchFetch('https://worker.example')).status).toBe(200)
    const [file = ''] = await files()
    await dispose()
    await expect(readFile(file)).rejects.toThrow('ENOENT')
    expect(watching.leaks().toSorted()).toEqual([
      'a token in the files of d1',
      'a token in the files of kv',
      'a token in the files of objects',
    ])
  })
})

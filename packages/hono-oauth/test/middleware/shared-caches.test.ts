import { Hono, type MiddlewareHandler } from 'hono'
import { cache } from 'hono/cache'
import { compress } from 'hono/compress'
import { etag } from 'hono/etag'
import type { Connection } from 'hono-oauth'
import { memoryStore } from 'hono-oauth/stores/memory'
import { fakeClock } from 'hono-oauth/testing'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createPeople, Person } from '../rig/person.ts'
import { EAGER, mayStore } from '../rig/shared-cache.ts'

/** A shared cache in front of an app: it tells people apart by nothing, as cookies are no part of its key. */
function inFrontOf(app: Pick<Hono, 'request'>) {
  const kept = new Map<string, Response>()
  const request = async (url: string, init: RequestInit = {}) => {
    const isGet = (init.method ?? 'GET') === 'GET'
    const found = isGet && kept.get(url)
    if (found) return found.clone()
    const answer = await app.request(url, init)
    if (isGet && mayStore(answer)) kept.set(url, answer.clone())
    return answer
  }
  return { kept, app: { request } as Pick<Hono, 'request'> }
}

/** The cache of the platform, which `hono/cache` fills. */
const platform = new Map<string, Response>()
beforeEach(() => {
  platform.clear()
  const open = async () => ({
    match: async (key: string) => platform.get(key)?.clone(),
    put: async (key: string, answer: Response) => void platform.set(key, answer),
  })
  vi.stubGlobal('caches', { open })
})
afterEach(() => vi.unstubAllGlobals())

const MIDDLEWARE = {
  cache: () =>
    cache({ cacheName: 'app', cacheControl: 'max-age=3600', wait: true, cacheableStatusCodes: [200, 302, 303, 401] }),
  etag,
  compress: () => compress({ threshold: 0 }),
}
const ORDERS = orders([...Object.keys(MIDDLEWARE), 'require'])

function orders<T>(things: readonly T[]): T[][] {
  if (things.length < 2) return [[...things]]
  return things.flatMap((first, index) => orders(things.toSpliced(index, 1)).map((rest) => [first, ...rest]))
}

/** An app behind a shared cache, with its middleware in this order, and two people who are connected. */
async function crowd(order: readonly string[]) {
  const people = await createPeople(fakeClock())
  const { oauth } = people.isolate(memoryStore())
  people.wire.intercept(({ url, headers }) => {
    if (url.pathname !== '/api/page') return undefined
    const token = headers.get('authorization')?.split(' ')[1] ?? ''
    return new Response(`the page of ${people.names.get(token)}`, {
      headers: { ...EAGER, 'content-type': 'text/plain' },
    })
  })
  const own = order.map(
    (name): MiddlewareHandler =>
      name === 'require'
        ? (oauth.require('ex-kv') as MiddlewareHandler)
        : MIDDLEWARE[name as keyof typeof MIDDLEWARE](),
  )
  const outer = own.slice(0, order.indexOf('require'))
  const app = new Hono<{ Variables: { connection: Connection } }>()
  for (const path of ['/auth/*', '/list', '/raw-list', '/open']) app.use(path, ...outer)
  for (const path of ['/api', '/copied', '/name', '/allowed']) app.use(path, ...own)
  app.route('/auth', oauth.routes)
  app.get('/api', (c) => c.var.connection.fetch('/api/page'))
  app.get('/copied', async (c) => {
    const answer = await c.var.connection.fetch('/api/page')
    return new Response(answer.body, answer)
  })
  app.get('/name', (c) => c.text(c.var.connection.account.id))
  app.get('/list', async (c) => c.json((await oauth.list(c)).map(({ account }) => account.id)))
  app.get('/raw-list', async (c) => Response.json((await oauth.list(c)).map(({ account }) => account.id)))
  app.get('/open', (c) => c.text('the same for all'))
  app.get('/allowed', () => new Response('allowed', { headers: { 'cache-control': 'public, max-age=9' } }))
  app.onError((error, c) => oauth.errorResponse(c, error as never))
  const front = inFrontOf(app as never)
  const [ada, bob] = [new Person(front as never, people), new Person(front as never, people)]
  expect([await ada.connect('ada:1'), await bob.connect('bob:1')]).toEqual(['303', '303'])
  return { front, people, ada, bob, newcomer: new Person(front as never, people) }
}

const read = async (person: Person, path: string) => {
  const answer = await person.browser.request(path, { headers: { 'if-none-match': '"another"' } })
  return `${answer.status} ${await answer.text()}`
}

describe.each(ORDERS.map((order) => [order.join(', '), order] as const))('with %s', (_title, order) => {
  it('no page of one person reaches another', async () => {
    const { ada, bob, newcomer, front } = await crowd(order)
    // Hono sends the answer of a lone handler without showing it to anything.
    const raw = order[0] === 'require' ? [] : ['/raw-list']
    for (const path of ['/api', '/copied', '/name', '/auth/connections', '/list', ...raw]) {
      const pages = [await read(ada, path), await read(bob, path), await read(newcomer, path)]
      expect(pages[0], path).toMatch(/^200 .*ada/)
      expect(pages[1], path).toMatch(/^200 .*bob/)
      expect(pages[2], path).not.toMatch(/ada|bob/)
      expect(
        [...front.kept.keys()].filter((url) => url.endsWith(path)),
        path,
      ).toEqual([])
    }
    expect([...platform.keys()]).toEqual([])
  })

  it('no error, login or callback is kept', async () => {
    const { ada, bob, newcomer, front } = await crowd(order)
    for (const path of ['/api', '/auth/unknown/login', '/auth/ex-kv/callback', '/auth/ex-kv/login']) {
      const first = await newcomer.browser.navigate(path)
      expect(mayStore(first), path).toBe(false)
      expect([302, 400, 401, 404]).toContain(first.status)
    }
    const states = [await ada.begin(), await bob.begin()]
    expect(new Set(states).size).toBe(2)
    expect([await ada.finish(states[0] ?? '', 'ada:2'), await bob.finish(states[1] ?? '', 'bob:2')]).toEqual([
      '303',
      '303',
    ])
    expect([front.kept.size, platform.size]).toEqual([0, 0])
  })

  it('what is for all is kept, and what the app allows', async () => {
    const { ada, newcomer, front } = await crowd(order)
    expect(await read(ada, '/open')).toBe('200 the same for all')
    await read(ada, '/allowed')
    expect(await read(newcomer, '/allowed')).toBe('200 allowed')
    expect(front.kept.size).toBe(2)
  })
})

import { memoryStore } from 'hono-oauth/stores/memory'
import { createOAuth } from 'hono-oauth'
import { Hono } from 'hono'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { streamedBody } from '../protocol/fake-fetch.ts'
import { ORIGIN } from '../rig/constants.ts'
import { MINIMAL } from '../rig/minimal.ts'

// What a request without credentials costs is counted in work: no test depends on the speed of a machine. The times
// are printed by `pnpm run cost`.
const decoded = vi.hoisted(() => ({ base64: 0 }))
vi.mock('../../src/crypto/encoding.ts', async (original) => {
  const encoding = await original<typeof import('../../src/crypto/encoding.ts')>()
  const fromBase64Url = (text: string) => {
    decoded.base64 += 1
    return encoding.fromBase64Url(text)
  }
  return { ...encoding, fromBase64Url }
})

const oauth = createOAuth(() => ({ ...MINIMAL, store: memoryStore() }))
const app = new Hono().route('/auth', oauth.routes)
app.get('/page', oauth.require('webflow'), (c) => c.text('page'))
app.post('/sign-out', async (c) => {
  await oauth.signOut(c)
  return c.body(null, 204)
})

/** The work of one request: what is decoded, matched and decrypted. */
async function workOf(path: string, init: RequestInit) {
  decoded.base64 = 0
  const spies = {
    decrypts: vi.spyOn(crypto.subtle, 'decrypt'),
    verifications: vi.spyOn(crypto.subtle, 'verify'),
    matches: vi.spyOn(RegExp.prototype, 'test'),
    decodings: vi.spyOn(globalThis, 'decodeURIComponent'),
  }
  const response = await app.request(`${ORIGIN}${path}`, init)
  const counts = Object.entries(spies).map(([name, spy]): [string, number] => [name, spy.mock.calls.length])
  vi.restoreAllMocks()
  const lines = response.headers.getSetCookie().length
  return { ...Object.fromEntries(counts), base64: decoded.base64, lines } as Record<
    keyof typeof spies | 'base64' | 'lines',
    number
  >
}

const SESSION = '__Host-oauth-session-webflow'
const many = (count: number, text: (index: number) => string) =>
  Array.from({ length: count }, (_, at) => text(at)).join('; ')
const login = (index: number) => `__Host-oauth-tx-${index.toString(36)}-${String(index).padStart(16, 'f')}`
/** A value as this key ring seals it, but for its content. */
let forged: (length: number) => string
beforeEach(async () => {
  const begun = await app.request(`${ORIGIN}/auth/webflow/login`)
  const [header = ''] = begun.headers.getSetCookie()[0]?.split('=')[1]?.split('.') ?? []
  forged = (length) => `${header}.${'A'.repeat(16)}.${'A'.repeat((length - header.length - 41) & ~3)}.${'A'.repeat(22)}`
})

const GARBAGE: Readonly<Record<string, () => string>> = {
  'tiny cookies': () => many(30_000, (at) => `a${at}=%41`),
  'tiny cookies, 8 KB of them': () => many(700, (at) => `a${at}=%41`),
  'two large cookies': () => many(2, (at) => `a${at}=${'%41'.repeat(1300)}`),
  'cookies with our prefix inside': () => many(30_000, () => `a=__Host-oauth-tx-1-ffffffffffffffff`),
  'a session of text': () => `${SESSION}=${'A.'.repeat(1900)}`,
  'a session of another key': () => `${SESSION}=${forged(1000).replace(/^./, 'f')}`,
  'a session with parts of other lengths': () => `${SESSION}=${forged(1000)}A`,
  'a session that is escaped': () => `${SESSION}=${'%41'.repeat(1000)}`,
  // With its name it is a little longer than a browser keeps.
  'a forged session that is too long': () => `${SESSION}=${forged(4100 - SESSION.length)}`,
}
const ROUTES: readonly (readonly [string, string])[] = [
  ['GET', '/auth/connections'],
  ['GET', '/auth/webflow/login'],
  ['GET', `/auth/webflow/callback?code=c&state=${'s'.repeat(43)}`],
  ['GET', '/page'],
  ['POST', '/sign-out'],
]

describe.each(ROUTES)('%s %s', (method, path) => {
  const work = (cookie?: string) => workOf(path, { method, ...(cookie && { headers: { cookie } }) })

  it.each(Object.keys(GARBAGE))('decodes, matches and decrypts no more for %s', async (name) => {
    const plain = await work()
    const hostile = await work(GARBAGE[name]?.())
    // A session of the right name is a few matches; a sign-out clears it.
    expect(hostile.matches - plain.matches).toBeLessThanOrEqual(20)
    expect(hostile.lines - plain.lines).toBeLessThanOrEqual(1)
    expect({ ...hostile, matches: 0, lines: 0 }).toEqual({ ...plain, matches: 0, lines: 0 })
  })

  it('looks at a hundred cookies of our own names at most, and clears a few', async () => {
    const plain = await work()
    const hostile = await work(many(30_000, (at) => `${login(at)}=x`))
    const cleared = hostile.lines - plain.lines
    expect(cleared).toBeLessThanOrEqual(method === 'GET' ? 10 : 40)
    // Hono checks what it sets.
    expect(hostile.matches - plain.matches).toBeLessThanOrEqual(100 + cleared * 7)
    expect([hostile.base64, hostile.decrypts]).toEqual([plain.base64, plain.decrypts])
  })

  it('decrypts a forged session once', async () => {
    const cookie = many(3, () => `${SESSION}=${forged(4096 - SESSION.length)}`)
    expect((await work(cookie)).decrypts).toBe(path.includes('callback') ? 0 : 1)
  })
})

describe('a body', () => {
  const KIB = 1024
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  const signed = { 'x-webflow-timestamp': String(Date.now()), 'x-webflow-signature': 'a'.repeat(64) }
  const post = (path: string, size: number, more: Record<string, string>) => {
    let left = 5000
    const { body, seen } = streamedBody(() => (left-- > 0 ? new Uint8Array(size).fill(0x61) : undefined))
    const init = { method: 'POST', body, headers: more, duplex: 'half' } as RequestInit
    return workOf(path, init).then((work) => ({ ...work, ...seen }))
  }

  it.each([
    ['/auth/webflow/callback', headers, 16],
    ['/auth/webflow/webhook', signed, 514],
  ])('that is too long is left unread by %s', async (path, more, most) => {
    const large = await post(path, KIB, more)
    expect(large.pulls).toBeLessThanOrEqual(most)
    expect([large.cancelled, large.verifications, large.decodings]).toEqual([true, 0, 0])
    const tiny = await post(path, 1, more)
    expect(tiny.pulls).toBeLessThanOrEqual(KIB + 2)
    expect([tiny.cancelled, tiny.verifications]).toEqual([true, 0])
  })

  it.each([
    ['signed too long ago', { 'x-webflow-timestamp': String(Date.now() - 86_400_000) }],
    ['signed by no hash', { 'x-webflow-signature': 'x'.repeat(64) }],
  ])('that is %s is not verified', async (_name, more) => {
    const init = { method: 'POST', body: 'x'.repeat(1000), headers: { ...signed, ...more } }
    expect((await workOf('/auth/webflow/webhook', init)).verifications).toBe(0)
  })
})

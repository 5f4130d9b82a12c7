import fc from 'fast-check'
import { describe, expect, vi } from 'vitest'
import {
  evictedTransactionCookies,
  findTransactionCookie,
  listTransactionCookies,
  MAX_TRANSACTIONS,
  transactionCookieName,
} from '../../src/transaction/cookie-name.ts'
import { readJson } from '../rig/read-json.ts'
import { judgedRig } from '../rig/suite.ts'
import { mutate, mutation } from './mutants.ts'
import { fuzz } from './settings.ts'

const rig = await judgedRig()
const browser = await rig.connected()
const callback = (await rig.login(browser)).href

const MAX_TOTAL = 10_000

const ours = fc
  .tuple(fc.stringMatching(/^[\w-]{43}$/), fc.nat({ max: 2 ** 31 - 1 }))
  .map(([state, issuedAt]) => transactionCookieName(state, issuedAt))
const name = fc.oneof(
  ours,
  fc.tuple(ours, mutation).map(([one, change]) => mutate(one, change)),
  fc.string({ unit: 'binary' }),
  fc.constantFrom(...['__Host-oauth-session-webflow', '__Host-oauth-tx-', '__proto__', 'constructor', '']),
)

describe('names of cookies', () => {
  fuzz('are sorted by age, and are ours alone', [fc.array(name)], (names) => {
    const listed = listTransactionCookies(names)
    const ages = listed.map(({ issuedAt }) => issuedAt)
    expect(ages).toEqual(ages.toSorted((one, other) => one - other))
    for (const { name, issuedAt, flow } of listed) {
      expect(names).toContain(name)
      expect(Number.isSafeInteger(issuedAt)).toBe(true)
      expect(flow).toMatch(/^[\w-]{16}$/)
      expect(findTransactionCookie(listed, `${flow}rest`)?.flow).toBe(flow)
    }
  })

  fuzz(
    'make room for one more, and no more of it than is needed',
    [fc.array(ours), fc.array(fc.nat({ max: 5000 })), fc.nat({ max: 5000 })],
    (names, sizes, coming) => {
      const listed = listTransactionCookies(names)
      const sizeOf = (name: string) => sizes[names.indexOf(name)] ?? 100
      const evicted = evictedTransactionCookies(listed, sizeOf, coming)
      expect(evicted).toEqual(listed.slice(0, evicted.length))
      const total = (kept: typeof listed) => kept.reduce((sum, { name }) => sum + sizeOf(name), coming)
      const kept = listed.slice(evicted.length)
      expect(kept.length).toBeLessThan(MAX_TRANSACTIONS)
      if (kept.length > 0) expect(total(kept)).toBeLessThanOrEqual(MAX_TOTAL)
      const one = listed.slice(evicted.length - 1)
      if (evicted.length > 0 && one.length < MAX_TRANSACTIONS) expect(total(one)).toBeGreaterThan(MAX_TOTAL)
    },
  )
})

describe('any Cookie header', () => {
  /** A pair as this browser has it, changed in one place; or an unknown one. */
  const pair = fc.oneof(
    fc.record({ index: fc.nat(), change: mutation, isName: fc.boolean() }),
    fc.tuple(name, fc.string()).map((parts) => parts.join('=')),
    fc.constantFrom(...['', '=', ';', '"', '%', '%E0%A4%A', '__Host-oauth-session-webflow=a.b.c.d'], ...['a=%00']),
  )
  const header = fc.record({
    pairs: fc.array(pair, { maxLength: 30 }),
    separator: fc.constantFrom('; ', ';', ', ', ';;'),
  })
  type Header = typeof header extends fc.Arbitrary<infer T> ? T : never

  function write({ pairs, separator }: Header): string {
    const own = browser.cookieHeader().split('; ')
    const written = pairs.map((pair) => {
      if (typeof pair === 'string') return pair
      const [name = '', value = ''] = (own[pair.index % own.length] ?? '').split('=')
      const { change, isName } = pair
      return isName ? `${mutate(name, change)}=${value}` : `${name}=${mutate(value, change)}`
    })
    // Only what can stand in a header gets to an app at all.
    return written.join(separator).replaceAll(/[^\t\x20-\x7e\x80-\xff]/g, '')
  }

  /** Whether a cookie of this browser is in a header, as it is, in escapes, quotes or spaces. */
  function holds(cookie: string, name: string): boolean {
    const plain = cookie
      .replaceAll(/%[\da-f]{2}/gi, (byte) => String.fromCharCode(Number.parseInt(byte.slice(1), 16)))
      .replaceAll(/[ \t"]/g, '')
    return plain.includes(`${name}=${browser.jar.get(name)?.value}`)
  }

  async function seen() {
    const { handlers, events } = await rig.place.ran()
    const { put } = (await rig.place.work()).operations
    return { handlers, events, put, sent: rig.wire.sent.length }
  }

  /** Sends it as the only cookies, and proves that nothing came of it. */
  async function send(path: string, cookie: string): Promise<Response> {
    const before = await seen()
    const decrypt = vi.spyOn(crypto.subtle, 'decrypt')
    const stranger = rig.browser()
    const response = await stranger.navigate(path, { cookie: cookie.trim() || 'x' })
    // A session, and at most two transactions, however many cookies there are.
    expect(decrypt.mock.calls.length).toBeLessThanOrEqual(3)
    decrypt.mockRestore()
    expect(response.status).toBeLessThan(500)
    expect(stranger.hasSession()).toBe(false)
    expect(await seen()).toEqual(before)
    return response
  }

  fuzz('starts a login like any other', [header], async (header) => {
    const response = await send('/auth/webflow/login', write(header))
    expect(response.status).toBe(302)
    const cookies = response.headers.getSetCookie()
    expect(cookies.filter((line) => !line.includes('Max-Age=0'))).toHaveLength(1)
    expect(cookies.length).toBeLessThanOrEqual(21)
    expect(cookies.join().length).toBeLessThan(8000)
  })

  fuzz('finishes nothing', [header], async (header) => {
    const cookie = write(header)
    fc.pre(!browser.transactions().some((name) => holds(cookie, name)))
    expect((await send(callback, cookie)).status).toBe(400)
  })

  fuzz('shows nothing that is connected', [header], async (header) => {
    const cookie = write(header)
    fc.pre(!holds(cookie, '__Host-oauth-session-webflow'))
    const { connections } = await readJson(send('/auth/connections', cookie))
    expect(connections).toEqual([])
    expect((await send('/s/use/webflow', cookie)).status).toBe(401)
  })
})

import fc from 'fast-check'
import { describe, expect } from 'vitest'
import { guardReturnTo } from '../../src/transaction/return-to.ts'
import { harmOf } from '../transaction/harmless.ts'
import { HOSTILE } from '../transaction/return-to-corpus.ts'
import { join } from './mutants.ts'
import { fuzz } from './settings.ts'

const GUARD = { origin: 'https://app.example', authPath: '/auth', fallback: '/home' }
const SPA = 'https://spa.example'
const MAX_LENGTH = 1024

/** Shreds of addresses: what is harmless in each of them need not be in the sum. */
const shred = fc.oneof(
  fc.constantFrom(
    ...['/', '//', '\\', '.', '..', '/./', '/../', ':', '@', '?', '#', '%', ';', '&', '=', '[', ']'],
    ...'%2f %2F %5c %2e %2E%2e %25 %00 %0d%0a %09 %ff %c0%af %e2%80%a8'.split(' '),
    ...['\t', '\n', '\r', '\u0000', ' ', '\u00a0', '\u200b', '\u2028', '\u3000', '\ufeff'],
    ...['\ud800', '\udc00'],
    ...['evil.example', 'app.example', '127.0.0.1', '[::1]', 'https:', 'javascript:', 'data:'],
    ...['auth', 'AUTH', '%61uth', 'au%74h', '/auth/', 'webflow/login', '\uff0f', '\u2044'],
    ...['\u3002', '\uff41uth'],
  ),
  fc.string({ unit: 'binary', maxLength: 3 }),
)
const address = fc.oneof(
  fc.array(shred, { maxLength: 12 }).map(join),
  fc.array(shred, { maxLength: 12 }).map((shreds) => `/${join(shreds)}`),
  fc
    .tuple(fc.constantFrom(...Object.values(HOSTILE).flat()), shred, shred)
    .map(([value, before, after]) => before + value + after),
  fc.webUrl({ withFragments: true, withQueryParameters: true }),
  fc.string({ unit: 'binary', maxLength: 2000 }),
)

describe('any return address', () => {
  fuzz('leads to a page of this app', [address], async (value) => {
    const path = guardReturnTo(value, GUARD)
    expect(await harmOf(path, GUARD)).toBeUndefined()
    expect(path.length).toBeLessThanOrEqual(MAX_LENGTH)
  })

  fuzz('is the same when it is guarded twice', [address], (value) => {
    const once = guardReturnTo(value, GUARD)
    expect(guardReturnTo(once, GUARD)).toBe(once)
  })

  fuzz(
    'leads to a page of this app, or to one of an allowed origin',
    [fc.tuple(fc.constantFrom('', SPA, `${SPA}/`, 'https://'), address, fc.constantFrom('', SPA, '@spa.example/'))],
    async (parts) => {
      const guard = { ...GUARD, allowedOrigins: [SPA] }
      const page = guardReturnTo(parts.join(''), guard)
      const { origin, username, password } = new URL(page, GUARD.origin)
      if (origin !== SPA) {
        expect(await harmOf(page, GUARD)).toBeUndefined()
        return
      }
      expect([page.startsWith(`${SPA}/`), username, password, page.length <= MAX_LENGTH]).toEqual([true, '', '', true])
      expect([guardReturnTo(page, guard), new Headers({ location: page }).get('location')]).toEqual([page, page])
    },
  )

  fuzz(
    'leads to a page of an app at any path, on any origin',
    [
      address,
      fc.constantFrom('https://app.example', 'https://app.example:8443', 'http://localhost:8787'),
      fc.stringMatching(/^(\/[\w.~-]{1,6}){1,3}$/).filter((path) => !/\/\.{1,2}(\/|$)/.test(path)),
    ],
    async (value, origin, authPath) => {
      const guard = { origin, authPath, fallback: '/home' }
      fc.pre(!'/home/'.startsWith(`${authPath.toLowerCase()}/`))
      for (const each of [value, authPath + value, authPath.toUpperCase() + value]) {
        expect(await harmOf(guardReturnTo(each, guard), guard)).toBeUndefined()
      }
    },
  )

  fuzz(
    'is kept when it is a plain path elsewhere in the app',
    [fc.stringMatching(/^(\/[a-z0-9_~-]{1,8}){1,6}(\?[a-z0-9=&/]{1,20})?(#[a-z0-9/?]{1,20})?$/)],
    (value) => {
      fc.pre(!/^\/auth([/?#]|$)/.test(value))
      expect(guardReturnTo(value, GUARD)).toBe(value)
    },
  )
})

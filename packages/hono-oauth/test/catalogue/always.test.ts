import { describe, expect, it } from 'vitest'
import { expectAlways } from './always.ts'
import type { Answered } from './place.ts'
import { openNode, openWorkerd } from './places.ts'
import { type CatalogueRig, createCatalogueRig } from './rig.ts'

const SECRET = 'planted-0123456789>>>???abcdef'
const SAFE = {
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
}

/** What a rig saw, with something planted in it. */
interface Planted {
  readonly answer?: Partial<Answered>
  readonly url?: string
  readonly sent?: Record<string, string>
  readonly ran?: object
  readonly stored?: Record<string, string>
}

function judge({ answer, url, sent = {}, ran, stored = {} }: Planted): Promise<void> {
  const answered = {
    method: 'GET',
    path: '/auth/x',
    status: 200,
    headers: new Headers(SAFE),
    body: '',
  }
  const rig = {
    answers: [{ ...answered, ...answer }],
    wire: { sent: [{ url: new URL(url ?? 'https://none.example'), headers: new Headers(sent) }] },
    provider: { secrets: new Set([SECRET]) },
    place: {
      ran: async () => ({ errors: [], logs: [], events: [], webhooks: [], handlers: 0, ...ran }),
      dump: async () => stored,
    },
  }
  return expectAlways(rig as unknown as CatalogueRig, [])
}

const withHeader = (name: string, value: string) => ({
  headers: new Headers({ ...SAFE, [name]: value }),
})

const FORMS: Record<string, (text: string) => string> = {
  raw: (text) => text,
  base64: (text) => Buffer.from(text).toString('base64'),
  base64url: (text) => Buffer.from(text).toString('base64url'),
  hex: (text) => Buffer.from(text).toString('hex'),
  'UTF-16': (text) => Buffer.from(text, 'utf16le').toString('latin1'),
}

const PLACES: Record<string, (text: string) => Planted> = {
  'a body': (text) => ({ answer: { body: `{"a":"${text}"}` } }),
  'an event': (text) => ({ ran: { events: [{ type: 'x', text }] } }),
  'a log': (text) => ({ ran: { logs: [text] } }),
  'an error': (text) => ({ ran: { errors: [text] } }),
  'what is stored': (text) => ({ stored: { 'object a: key': text } }),
  'a key of what is stored': (text) => ({ stored: { [text]: 'value' } }),
}

const HEADERS: Record<string, (text: string) => Planted> = {
  'a header': (text) => ({ answer: withHeader('x-debug', text) }),
  'Set-Cookie': (text) => ({ answer: withHeader('set-cookie', `a=${text}; Path=/`) }),
  'a redirect': (text) => ({
    answer: withHeader('location', `/a?b=${encodeURIComponent(text)}`),
  }),
  'a header to a provider': (text) => ({ sent: { 'x-token': text } }),
  'an address': (text) => ({ url: `https://provider.example/api?b=${text}` }),
}

describe('what must always hold', () => {
  it('holds where nothing is wrong', async () => {
    await expect(judge({})).resolves.toBeUndefined()
    await expect(judge({ sent: { authorization: `Bearer ${SECRET}` } })).resolves.toBeUndefined()
  })

  for (const [form, write] of Object.entries(FORMS)) {
    const places = form === 'UTF-16' ? PLACES : { ...PLACES, ...HEADERS }
    it.each(Object.keys(places))(`does not with a secret as ${form} in %s`, async (place) => {
      const planted = { ...PLACES, ...HEADERS }[place]?.(write(`x${SECRET}`)) ?? {}
      await expect(judge(planted)).rejects.toThrow('a secret of the provider in')
    })
  }

  it('does not with an error that nobody caught', async () => {
    await expect(judge({ ran: { uncaught: ['Error: x'] } })).rejects.toThrow('nobody caught')
  })

  it.each<[string, Partial<Answered>]>([
    ['a server error', { status: 500 }],
    ['a redirect to somebody else', withHeader('location', 'https://evil.example/')],
    ['a redirect to two slashes', withHeader('location', '//app.example/')],
    ['a redirect elsewhere at the provider', withHeader('location', 'https://webflow.com/x')],
    ['an answer that may be cached', withHeader('cache-control', 'max-age=60')],
    ['a referrer', withHeader('referrer-policy', 'origin')],
    ['a type to be guessed', withHeader('x-content-type-options', '')],
    ['a page without a policy', withHeader('content-type', 'text/html')],
    [
      'a script in a page',
      {
        headers: new Headers({
          ...SAFE,
          'content-type': 'text/html',
          'content-security-policy': "default-src 'none';",
        }),
        body: '<script>alert(1)</script>',
      },
    ],
    [
      'a cookie that may be cached',
      { path: '/own', headers: new Headers({ 'set-cookie': 'a=b' }) },
    ],
  ])('does not with %s', async (_title, answer) => {
    await expect(judge({ answer })).rejects.toThrow()
  })
})

describe.each([
  ['Node', openNode],
  ['workerd', openWorkerd],
] as const)('what is stored in %s', (_place, open) => {
  it('is seen in the ordinary store and in each of the others', async () => {
    const rig = await createCatalogueRig(open)
    const kept = async () => Object.keys(await rig.place.dump())
    for (const name of ['webflow', ...rig.rotating]) {
      const before = await kept()
      await rig.connected(name)
      const added = (await kept()).filter((key) => !before.includes(key))
      expect(added, name).toContainEqual(expect.stringMatching(new RegExp(`connections/${name}/`)))
    }
    await rig.dispose()
  })
})

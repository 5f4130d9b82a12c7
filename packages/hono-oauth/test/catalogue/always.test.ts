import { describe, expect, it } from 'vitest'
import { expectAlways } from '../rig/always.ts'
import { HOSTS } from '../rig/hosts.ts'
import type { Answered } from '../rig/place.ts'
import { createRig, type Rig } from '../rig/rig.ts'

const SECRET = 'planted-0123456789>>>???abcdef'
const SAFE = { 'cache-control': 'no-store', 'referrer-policy': 'no-referrer', 'x-content-type-options': 'nosniff' }

/** What a rig saw, with something planted in it. */
interface Planted {
  readonly answer?: Partial<Answered>
  readonly url?: string
  readonly sent?: Record<string, string>
  readonly ran?: object
  readonly stored?: Record<string, string>
}

function judge({ answer, url, sent = {}, ran, stored = {} }: Planted): Promise<void> {
  const answered = { method: 'GET', path: '/auth/x', status: 200, headers: new Headers(SAFE), body: '' }
  const rig = {
    answers: [{ ...answered, ...answer }],
    wire: { sent: [{ url: new URL(url ?? 'https://none.example'), headers: new Headers(sent) }] },
    provider: { secrets: new Set([SECRET]) },
    place: {
      ran: async () => ({ errors: [], logs: [], events: [], webhooks: [], handlers: 0, ...ran }),
      dump: async () => stored,
    },
  }
  return expectAlways(rig as unknown as Rig, [])
}

const withHeader = (name: string, value: string) => ({ headers: new Headers({ ...SAFE, [name]: value }) })
const HTML = { ...SAFE, 'content-type': 'text/html', 'content-security-policy': "default-src 'none';" }

const PLACES: Record<string, (text: string) => Planted> = {
  'a body': (text) => ({ answer: { body: `{"a":"${text}"}` } }),
  'an event': (text) => ({ ran: { events: [{ type: 'x', text }] } }),
  'a log': (text) => ({ ran: { logs: [text] } }),
  'an error': (text) => ({ ran: { errors: [text] } }),
  'what is stored': (text) => ({ stored: { 'object a: key': text } }),
  'a key of what is stored': (text) => ({ stored: { [text]: 'value' } }),
  'a header': (text) => ({ answer: withHeader('x-debug', text) }),
  'Set-Cookie': (text) => ({ answer: withHeader('set-cookie', `a=${text}; Path=/`) }),
  'a redirect': (text) => ({ answer: withHeader('location', `/a?b=${encodeURIComponent(text)}`) }),
  'a header to a provider': (text) => ({ sent: { 'x-token': text } }),
  'an address': (text) => ({ url: `https://provider.example/api?b=${text}` }),
}

describe('what must always hold', () => {
  it('holds where nothing is wrong', async () => {
    await expect(judge({})).resolves.toBeUndefined()
    await expect(judge({ sent: { authorization: `Bearer ${SECRET}` } })).resolves.toBeUndefined()
  })

  // In which forms a secret is found is in the test of the scan.
  it.each(Object.entries(PLACES))('does not with a secret in %s', async (_at, plant) => {
    for (const secret of [SECRET, Buffer.from(`x${SECRET}`).toString('base64url')]) {
      await expect(judge(plant(secret))).rejects.toThrow('a secret of the provider in')
    }
  })

  it('does not with an unhandled rejection', async () => {
    await expect(judge({ ran: { uncaught: ['Error: x'] } })).rejects.toThrow('unhandled')
  })

  it.each<[string, Partial<Answered>]>([
    ['a server error', { status: 500 }],
    ['a redirect to another host', withHeader('location', 'https://evil.example/')],
    ['a redirect to two slashes', withHeader('location', '//app.example/')],
    ['a redirect elsewhere at the provider', withHeader('location', 'https://webflow.com/x')],
    ['an answer that may be cached', withHeader('cache-control', 'max-age=60')],
    ['a referrer', withHeader('referrer-policy', 'origin')],
    ['a type to be guessed', withHeader('x-content-type-options', '')],
    ['a page without a policy', withHeader('content-type', 'text/html')],
    ['a script in a page', { headers: new Headers(HTML), body: '<script>alert(1)</script>' }],
    ['a cookie that may be cached', { path: '/own', headers: new Headers({ 'set-cookie': 'a=b' }) }],
  ])('does not with %s', async (_title, answer) => {
    await expect(judge({ answer })).rejects.toThrow()
  })
})

it.each(HOSTS)('what is stored in %s is seen in the ordinary store and in each of the others', async (_place, open) => {
  const rig = await createRig<Rig['place']>(open)
  const kept = async () => Object.keys(await rig.stored())
  for (const name of ['webflow', ...rig.rotating]) {
    const before = await kept()
    await rig.connected(name)
    const added = (await kept()).filter((key) => !before.includes(key))
    expect(added, name).toContainEqual(expect.stringMatching(new RegExp(`connections/${name}/`)))
  }
  await rig.dispose()
})

import { kvStore } from 'hono-oauth/stores/kv'
import { workersKv } from 'hono-oauth/testing'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { nodeRig } from '../rig/suite.ts'
import { countCipher } from '../rig/work.ts'

const NEW_KEYS = ['importKey', 'deriveKey', 'deriveBits', 'generateKey'] as const

/** The calls of the cipher from here on, by name. */
function watchCipher(...names: Parameters<typeof countCipher>) {
  const { counts, restore } = countCipher(...names)
  onTestFinished(restore)
  return counts
}

describe('a request whose cookie and record this isolate has opened before', () => {
  const kv = workersKv().location('here')
  const kvReads = vi.spyOn(kv, 'get')

  it.each([
    ['memory', {}, '/s/scopes/ex-memory', 0],
    ['an object', {}, '/s/scopes/ex-object', 1],
    ['KV within its cache', { store: kvStore(kv) }, '/s/scopes/webflow', 1],
    ['a user over an object', {}, '/u/scopes/ex-object', 1],
  ] as const)('opens nothing, digests nothing and derives no key: %s', async (_name, stores, path, calls) => {
    const rig = await nodeRig({}, stores)
    const [, base, , name] = path.split('/')
    const browser = rig.browser(base === 'u' ? rig.user() : undefined)
    await rig.connect(browser, `/${base === 'u' ? 'account' : 'auth'}/${name}/login`)
    expect((await browser.request(path)).status).toBe(200)
    await rig.place.operations()
    kvReads.mockClear()
    const counts = watchCipher('decrypt', 'digest', 'encrypt', ...NEW_KEYS)
    for (let count = 0; count < 3; count++) expect((await browser.request(path)).status).toBe(200)
    expect(counts).toEqual({})
    // The store is asked, and KV behind it is not.
    expect([(await rig.place.operations()).length, kvReads.mock.calls.length]).toEqual([3 * calls, 0])
  })

  it('does all of it for the first request of an isolate', async () => {
    const rig = await nodeRig()
    const browser = await rig.connected('ex-memory')
    await rig.restart()
    const counts = watchCipher('decrypt', 'deriveKey')
    expect((await browser.request('/s/scopes/ex-memory')).status).toBe(200)
    expect([counts['decrypt'], counts['deriveKey']]).toEqual([2, 5])
  })

  it('imports and derives no key, whatever is asked for', async () => {
    const rig = await nodeRig()
    const browser = await rig.connected()
    const counts = watchCipher(...NEW_KEYS)
    await browser.request('/s/use/webflow')
    await browser.navigate('/auth/webflow/login')
    await browser.request('/auth/connections')
    await rig.connect(browser)
    expect(counts).toEqual({})
  })
})

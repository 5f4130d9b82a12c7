import { kvStore } from 'hono-oauth/stores/kv'
import { workersKv } from 'hono-oauth/testing'
import { describe, expect, it, onTestFinished } from 'vitest'
import { nodeRig } from '../rig/suite.ts'
import { countCipher } from '../rig/work.ts'

/** The calls of the cipher from here on, by name. */
function watchCipher() {
  const { counts, restore } = countCipher('decrypt', 'digest', 'importKey', 'deriveKey', 'deriveBits', 'encrypt')
  onTestFinished(restore)
  return counts
}

describe('a request whose cookie and record this isolate has opened before', () => {
  const kv = workersKv().location('here')
  let kvReads = 0
  const counted = {
    ...kv,
    get: (key: string) => {
      kvReads++
      return kv.get(key)
    },
  }

  it.each([
    ['memory', {}, '/s/scopes/ex-memory', 0],
    ['an object', {}, '/s/scopes/ex-object', 1],
    ['KV within its cache', { store: kvStore(counted) }, '/s/scopes/webflow', 1],
    ['a user over an object', {}, '/u/scopes/ex-object', 1],
  ] as const)('opens nothing, digests nothing and derives no key: %s', async (_name, stores, path, calls) => {
    const rig = await nodeRig({}, stores)
    const [, base, , name] = path.split('/')
    const browser = rig.browser(base === 'u' ? rig.user() : undefined)
    await rig.connect(browser, `/${base === 'u' ? 'account' : 'auth'}/${name}/login`)
    expect((await browser.request(path)).status).toBe(200)
    await rig.place.operations()
    kvReads = 0
    const counts = watchCipher()
    for (let count = 0; count < 3; count++) expect((await browser.request(path)).status).toBe(200)
    expect(counts).toEqual({})
    // The store is asked, and KV behind it is not.
    expect([(await rig.place.operations()).length, kvReads]).toEqual([3 * calls, 0])
  })

  it('does all of it for the first request of an isolate', async () => {
    const rig = await nodeRig()
    const browser = await rig.connected('ex-memory')
    await rig.restart()
    const counts = watchCipher()
    expect((await browser.request('/s/scopes/ex-memory')).status).toBe(200)
    expect([counts.decrypt, counts.deriveKey]).toEqual([2, 3])
  })
})

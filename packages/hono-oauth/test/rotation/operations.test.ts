import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { LIFETIME } from '../rig/constants.ts'
import { openWorkerd } from '../rig/hosts.ts'
import type { Place } from '../rig/place.ts'
import { createRig, type Rig } from '../rig/rig.ts'

/** What each step costs: ways to the storage and back, and requests to the provider. */
const COSTS = {
  webflow: {
    firstCallback: ['put'],
    callback: ['get', 'put'],
    request: ['get'],
    list: ['get'],
    // The list, then the end with its note, then the note that it is settled.
    disconnect: ['get', 'get', 'put', 'get', 'put'],
    renewal: undefined,
  },
  'ex-object': {
    firstCallback: ['completeLogin'],
    callback: ['completeLogin'],
    request: ['get'],
    renewal: ['get', 'renew'],
    list: ['get'],
    disconnect: ['get', 'disconnect'],
  },
  'ex-d1': {
    // The mark of the state comes first. A session that is new has nothing to read.
    firstCallback: ['INSERT', 'INSERT'],
    callback: ['INSERT', 'SELECT', 'UPDATE'],
    request: ['SELECT'],
    // The list, then the lease, the document, its write, and the end of the lease.
    renewal: ['SELECT', 'INSERT', 'SELECT', 'UPDATE', 'UPDATE'],
    list: ['SELECT'],
    disconnect: ['SELECT', 'SELECT', 'UPDATE', 'SELECT', 'UPDATE'],
  },
}
const WEBFLOW = {
  callback: ['/oauth/access_token', '/v2/token/introspect'],
  request: ['/v2/sites'],
  disconnect: ['/oauth/revoke_authorization'],
}
const EXAMPLE = { callback: ['/token', '/api/me'], request: ['/api/me'], disconnect: ['/revoke', '/revoke'] }

describe.each(['webflow', 'ex-object', 'ex-d1'] as const)('the operations of each route: %s', (name) => {
  let rig: Rig
  beforeAll(async () => {
    rig = await createRig<Place>(openWorkerd)
    // The first connection of all makes the table.
    await rig.connected(name)
    await rig.place.operations()
    rig.wire.clear()
  })
  afterAll(() => rig.dispose())

  /** Without the removal of what expired, which happens once a minute behind an answer. */
  const operations = async () => (await rig.place.operations()).filter((each) => each !== 'DELETE')
  const { firstCallback, callback, request, list, disconnect, renewal } = COSTS[name]
  const paths = name === 'webflow' ? WEBFLOW : EXAMPLE
  const sent = () => rig.wire.sent.splice(0).map(({ url }) => url.pathname)

  it('are these and no more', async () => {
    const browser = rig.browser()
    const begun = await rig.login(browser, `/auth/${name}/login`)
    expect([await operations(), sent()]).toEqual([[], []])
    await browser.navigate(begun.href)
    expect([await operations(), sent()]).toEqual([firstCallback, paths.callback])
    const again = await rig.login(browser, `/auth/${name}/login`)
    await operations()
    await browser.navigate(again.href)
    expect((await operations()).slice(0, callback.length)).toEqual(callback)
    await rig.connections(browser)
    sent()
    await operations()

    for (const _each of [1, 2]) {
      expect((await browser.request(`/s/use/${name}`)).status).toBe(200)
      expect([await operations(), sent()]).toEqual([request, paths.request])
    }
    if (renewal) {
      await rig.advance(LIFETIME + 1)
      expect((await browser.request(`/s/use/${name}`)).status).toBe(200)
      expect([await operations(), sent()]).toEqual([renewal, ['/token', ...paths.request]])
    }
    await rig.connections(browser)
    expect([await operations(), sent()]).toEqual([list, []])
    await browser.submit(`/s/leave/${name}`)
    expect([await operations(), sent()]).toEqual([disconnect, paths.disconnect])
  })
})

import type { EmulatorOptions } from 'provider-emulator'
import { afterEach, describe, expect, it } from 'vitest'
import type { Browser } from '../rig/browser.ts'
import { KEY, LIFETIME, NEW_KEY, SCRIPT, SOON } from '../rig/constants.ts'
import { workerdHost } from '../rig/hosts.ts'
import { expectRefusal } from '../rig/oracles.ts'
import type { Place } from '../rig/place.ts'
import { readJson } from '../rig/read-json.ts'
import { createRig, type Rig } from '../rig/rig.ts'

const USE = '/u/use/ex-object'
const LOGIN = '/account/ex-object/login'

describe('connections in Durable Objects', () => {
  let rig: Rig
  afterEach(() => rig.dispose())

  /** A user who is connected, with a browser at each of two isolates. */
  async function connected(options: EmulatorOptions = {}, user = 'ada') {
    rig = await createRig<Place>(workerdHost(2), options)
    const [near, far] = [rig.browser(user), rig.browser(user, 1)]
    await rig.connect(near, LOGIN)
    const [connection] = await rig.connections(near, '/account')
    rig.wire.clear()
    return { near, far, id: connection?.id ?? '' }
  }
  const codeAt = async (browser: Browser) => (await readJson(browser.request(USE, { headers: SCRIPT }))).code
  const digest = async (browser: Browser) =>
    (await readJson(browser.request('/u/digest/ex-object', { headers: SCRIPT }))).digest
  const events = async () => [...(await rig.place.ran()).events, ...(await rig.place.ranBeside()).events]
  const types = async () => (await events()).map(({ type }) => type)
  const grant = () => rig.provider.control.oauthExample.grants().at(-1)

  it('are the same from every isolate, at once, and serve a job without a request', async () => {
    const { near, far, id } = await connected()
    expect(await digest(near)).toBe(await digest(far))
    await rig.advance(LIFETIME + 1)
    const found = { connection: { id, health: 'active' }, account: { sub: 'user-1001' } }
    expect(await readJson(far.request(`/u/background/${id}`))).toMatchObject(found)
    expect(await digest(near)).toBe(await digest(far))
    expect(rig.tokenRequests()).toBe(1)
    await expectRefusal(await far.request('/u/background/ex-object.x.y'), 404, 'connection_unknown')
    expect(await readJson(far.request('/u/leave/ex-object', { method: 'POST' }))).toEqual({ outcome: 'revoked' })
    expect(await codeAt(near)).toBe('not_connected')
  })

  it('are renewed ahead of time while they are used, with no request', async () => {
    const { near, id } = await connected()
    // A second before the last tenth, in which a request would renew it.
    await rig.advance(LIFETIME * 0.9 - 1)
    expect(rig.tokenRequests()).toBe(0)
    await near.request('/account/connections')
    await expect.poll(rig.tokenRequests, SOON).toBe(1)
    await expect.poll(types, SOON).toEqual(['connected', 'refreshed'])
    expect(await rig.connections(near, '/account')).toMatchObject([{ id, health: 'active' }])
    expect((await near.request(USE)).status).toBe(200)
    expect(rig.tokenRequests()).toBe(1)
  })

  it('say pending when the revocation fails, and end the grant later, with no request', async () => {
    const { near } = await connected()
    rig.provider.control.setScenario('oauth.example', 'revoke-503', 1)
    expect(await readJson(near.submit('/u/leave/ex-object'))).toEqual({ outcome: 'pending' })
    expect(await codeAt(near)).toBe('not_connected')
    expect(grant()).toMatchObject({ alive: true })
    await rig.advance(90)
    // The object learns how late it is when it is asked anything.
    await codeAt(near)
    await expect.poll(grant, SOON).toMatchObject({ alive: false })
    await expect.poll(types, SOON).toEqual(['connected', 'revoked', 'revoked'])
    const outcomes = (await events()).flatMap((event) => ('outcome' in event ? event.outcome : []))
    expect(outcomes).toEqual(['pending', 'revoked'])
  })

  it.each([
    ['tries the old refresh token at once, which a grace period takes', 60, 'undefined'],
    ['loses what the provider gives only once, and says so', 0, 'needs_reauth'],
  ])('after a death between the answer and the write: %s', async (_what, graceSeconds, code) => {
    const { near, far, id } = await connected({ oauthExample: { graceSeconds } })
    await rig.advance(LIFETIME + 1)
    await rig.restart({ crashes: true })
    await rig.place.object(id, 'evict')
    const refused = await near.request(USE, { headers: SCRIPT })
    await expectRefusal(refused, 503, 'store_unavailable')
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    // Nothing was cleared.
    expect(await rig.connections(near, '/account')).toMatchObject([{ health: 'active' }])
    expect(rig.tokenRequests()).toBe(1)
    const asked = Array.from({ length: 20 }, (_, index) => codeAt(index % 2 ? near : far))
    expect([...new Set((await Promise.all(asked)).map(String))]).toEqual([code])
    expect(rig.tokenRequests()).toBe(2)
    expect(grant()).toMatchObject({ alive: graceSeconds > 0 })
    if (graceSeconds === 0) await rig.connect(near, LOGIN)
    expect((await far.request(USE)).status).toBe(200)
  })

  it('take a new key when an alarm wakes them, and need the old one no more', async () => {
    const { near, id } = await connected()
    const before = await digest(near)
    const sealed = () => rig.place.object(id, 'query', "SELECT value FROM oauth_entries WHERE key LIKE 'connections/%'")
    const byOld = await sealed()
    const deploy = async (...keys: string[]) => {
      await rig.restart({ keys })
      await rig.place.object(id, 'evict')
    }
    // Too soon: the old key is needed as long as no object woke.
    await deploy(NEW_KEY)
    expect(await codeAt(near)).toBe('needs_reauth')
    expect(await sealed()).toEqual(byOld)

    await deploy(NEW_KEY, KEY)
    await rig.place.object(id, 'ring')
    await expect.poll(sealed, SOON).not.toEqual(byOld)

    await deploy(NEW_KEY)
    expect(await digest(near)).toBe(before)
  })
})

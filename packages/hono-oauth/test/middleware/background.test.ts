import { beforeEach, describe, expect, it } from 'vitest'
import type { Browser } from '../rig/browser.ts'
import { LIFETIME, ORIGIN } from '../rig/constants.ts'
import { nodeRig } from '../rig/suite.ts'

const LOGIN = '/account/ex-memory/login'

describe('connections without a request', () => {
  let rig: Awaited<ReturnType<typeof nodeRig>>
  let ada: Browser
  beforeEach(async () => {
    rig = await nodeRig()
    ada = rig.browser('ada')
    await rig.connect(ada, LOGIN)
  })

  const background = (context?: { waitUntil(work: Promise<unknown>): void }) =>
    rig.place.running().users.connections({}, context)
  const events = async () => (await rig.place.ran()).events

  it('are found by the user of the app, and by id', async () => {
    const [listed, ...others] = await background().list({ owner: 'ada' })
    expect(others).toEqual([])
    expect(await events()).toMatchObject([{ type: 'connected', connection: { id: listed?.id } }])
    expect((await background().get(listed?.id ?? '')).toJSON()).toEqual(listed?.toJSON())
    expect(await background().list({ owner: 'bob' })).toEqual([])
  })

  it('are renewed, call the provider, and end', async () => {
    const [connection] = await background().list({ owner: 'ada' })
    await rig.advance(LIFETIME + 1)
    const answer = await connection?.fetch('/api/me')
    expect(await answer?.json()).toMatchObject({ sub: 'user-1001' })
    expect(await connection?.revoke()).toBe('revoked')
    expect(rig.provider.control.oauthExample.grants()).toMatchObject([{ alive: false }])
    expect((await events()).map(({ type }) => type)).toEqual(['connected', 'refreshed', 'revoked'])
  })

  it('that have ended say where the person can log in again', async () => {
    const [connection] = await background().list({ owner: 'ada' })
    for (const { id } of rig.provider.control.oauthExample.grants()) rig.provider.control.oauthExample.revokeGrant(id)
    const error = await connection?.fetch('/api/me').catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'needs_reauth', connectionId: connection?.id })
    const { loginUrl = '' } = error as { loginUrl?: string }
    expect(loginUrl.startsWith(`${ORIGIN}${LOGIN}?scopes=`)).toBe(true)
    const login = await ada.navigate(loginUrl.slice(ORIGIN.length))
    await ada.navigate(await rig.provider.consent(login.headers.get('location') ?? ''))
    const [again] = await background().list({ owner: 'ada' })
    expect((await again?.fetch('/api/me'))?.status).toBe(200)
  })

  it('hand their work to the execution context, so that it is not cut off', async () => {
    const works: Promise<unknown>[] = []
    const context = { waitUntil: (work: Promise<unknown>) => void works.push(work) }
    const [connection] = await background(context).list({ owner: 'ada' })
    await connection?.accessToken()
    await connection?.revoke()
    // The token, the disconnect, and its event.
    expect(works).toHaveLength(3)
    await Promise.all(works)
  })

  it.each(['', 'ex-memory', 'ex-memory.x', 'unknown.x.y', '__proto__.x.y', 'ex-memory.a/b.c', 'ex-memory..'])(
    'that are none are unknown: "%s"',
    async (id) => {
      await expect(background().get(id)).rejects.toMatchObject({ code: 'connection_unknown', status: 404 })
    },
  )

  it('show a page their health, and where to log in again', async () => {
    expect(await rig.connections(ada, '/account')).toEqual([
      expect.not.objectContaining({ reauthorizeUrl: expect.anything() }),
    ])
    const { oauthExample } = rig.provider.control
    oauthExample.revokeGrant(oauthExample.grants()[0]?.id ?? '')
    await rig.advance(LIFETIME + 1)
    expect((await ada.request('/u/use/ex-memory')).status).toBe(401)
    const reauthorizeUrl = `${ORIGIN}${LOGIN}`
    expect(await rig.connections(ada, '/account')).toMatchObject([{ health: 'needs_reauth', reauthorizeUrl }])
    expect((await events()).at(-1)).toMatchObject({ type: 'needs_reauth', connection: { reauthorizeUrl } })
  })
})

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { workerdHost } from '../rig/hosts.ts'
import type { Isolate, Place } from '../rig/place.ts'
import { createRig, type Rig } from '../rig/rig.ts'

describe('a callback that reaches two isolates at once', () => {
  let rig: Rig
  beforeAll(async () => {
    rig = await createRig<Place>(workerdHost(2))
  })
  afterAll(() => rig.dispose())

  it.each(['ex-object', 'ex-d1'])('sends its code once: %s', async (name) => {
    const user = rig.user()
    const [here, there] = [0, 1].map((isolate) => rig.browser(user, isolate as Isolate))
    if (!here || !there) throw new Error('there are no browsers')
    // The first connection of all makes the table.
    await rig.connect(here, `/account/${name}/login`)
    const before = rig.tokenRequests()
    const login = await rig.login(here, `/account/${name}/login`)
    const cookie = here.cookieHeader()
    const answers = await Promise.all([here, there].map((each) => each.navigate(login.href, { cookie })))
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 400])
    expect(rig.tokenRequests()).toBe(before + 1)
  })
})

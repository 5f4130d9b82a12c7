import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { deliver, message } from '../catalogue/rows-webhooks.ts'
import { SOON } from '../rig/constants.ts'
import { workerdHost } from '../rig/hosts.ts'
import type { Place } from '../rig/place.ts'
import { createRig, type Rig } from '../rig/rig.ts'

let rig: Rig
beforeAll(async () => {
  rig = await createRig<Place>(workerdHost(2))
})
afterAll(() => rig.dispose())

describe.each(['ex-object', 'ex-d1'] as const)('a webhook that reaches two isolates at once, over %s', (store) => {
  beforeEach(async () => {
    await rig.begin()
    await rig.restart({ store })
  })

  const handled = async () =>
    (await Promise.all([rig.place.ran(), rig.place.ranBeside()])).flatMap(({ webhooks }) => webhooks).length
  /** Delivers an event to both isolates: the handler of one still runs when the other is refused. */
  async function deliverTwice(event: string) {
    const sent = await message(rig, { provider: 'webflow', event })
    const answers = await Promise.all([deliver(rig, sent, 0), deliver(rig, sent, 1)])
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 503])
    await expect.poll(handled, SOON).toBe(1)
    return sent
  }

  it('is handled once', async () => {
    const sent = await deliverTwice('form_submission')
    for (const isolate of [0, 1] as const) {
      await expect.poll(async () => (await deliver(rig, sent, isolate)).status, SOON).toBe(200)
    }
    expect(await handled()).toBe(1)
  })

  it('is handled when it comes again, after the handler of the first delivery has failed', async () => {
    const sent = await deliverTwice('ecomm_new_order')
    await expect.poll(async () => (await deliver(rig, sent, 1)).status, SOON).toBe(200)
    await expect.poll(handled, SOON).toBe(2)
  })
})

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { nodeHost } from '../support/node-host.ts'
import { createRig, type Rig } from '../support/rig.ts'
import { harmOf } from './harmless.ts'
import { HOSTILE } from './return-to-corpus.ts'

const GUARDED = { origin: 'https://app.example', authPath: '/auth' }
/** Of each kind, evenly over all of it. */
const PER_KIND = 10
// What is longer does not fit in a URL that anybody sends.
const MAX_LENGTH = 6000

/** As it is in a URL: half of a pair of surrogates is no character. */
const wellFormed = (value: string) => Buffer.from(value).toString()

const SAMPLE = [
  ...new Set(
    Object.values(HOSTILE).flatMap((values) =>
      values
        .filter((_, index) => index % Math.ceil(values.length / PER_KIND) === 0)
        .filter((value) => encodeURIComponent(wellFormed(value)).length <= MAX_LENGTH),
    ),
  ),
]

describe('a hostile return address, from the login to the Location of the callback', () => {
  let rig: Rig
  beforeAll(async () => {
    rig = await createRig(nodeHost())
  })
  afterAll(async () => {
    await rig.expectNoLeaks()
    await rig.host.dispose()
  })

  /** Where a login ends; the query is sent as it is. */
  async function landing(query: string): Promise<string> {
    const landed = await rig.connect(rig.browser(), `/auth/webflow/login?${query}`)
    expect(landed.status).toBe(303)
    return landed.headers.get('location') ?? ''
  }

  it('is tried in many kinds', () => expect(SAMPLE.length).toBeGreaterThanOrEqual(100))

  it.each([
    ['encoded', (value: string) => encodeURIComponent(wellFormed(value))],
    ['encoded twice', (value: string) => encodeURIComponent(encodeURIComponent(wellFormed(value)))],
    [
      'as raw as a URL can be',
      (value: string) => wellFormed(value).replaceAll(/[&#+]/g, encodeURIComponent),
    ],
  ])('stays in this app: %s', async (_name, write) => {
    const escapes: string[] = []
    for (const value of SAMPLE) {
      const location = await landing(`return_to=${write(value)}`)
      const harm = await harmOf(location, GUARDED)
      if (harm) escapes.push(`${JSON.stringify(value)} -> ${location}: ${harm}`)
    }
    expect(escapes).toEqual([])
  })

  it('stays in this app when it comes twice', async () => {
    const twice = ['return_to=/a&return_to=//evil.example', 'return_to=//evil.example&return_to=/a']
    for (const query of [
      ...twice,
      'return_to[]=//evil.example',
      'return_to',
      'Return_To=//evil.example',
    ]) {
      expect(['/', '/a']).toContain(await landing(query))
    }
  })

  it('stays in this app as the return address of a form', async () => {
    for (const value of SAMPLE) {
      const browser = rig.browser()
      await rig.connect(browser)
      const [connection] = (await (await browser.request('/list')).json()) as { id: string }[]
      const left = await browser.submit(`/auth/connections/${connection?.id}/revoke`, {
        return_to: wellFormed(value),
      })
      expect(left.status).toBe(303)
      expect(await harmOf(left.headers.get('location') ?? '', GUARDED)).toBeUndefined()
    }
  })
})

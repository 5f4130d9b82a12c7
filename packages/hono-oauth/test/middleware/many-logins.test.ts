import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { nodeRig } from '../rig/suite.ts'

const LOGINS = 10_000
const FINISHED = 20
const LOGIN = '/account/ex-memory/login?return_to=/after-it'

/** All that a state could say when it is decoded. */
const decoded = (state: string) => state + Buffer.from(state, 'base64url').toString('latin1')

describe('ten thousand logins', () => {
  it('ask for a code, each with a state and a challenge that no other one has', async () => {
    const rig = await nodeRig()
    const { app } = rig.place.running()
    const [states, challenges] = [new Set<string>(), new Set<string>()]
    for (let count = 0; count < LOGINS; count++) {
      const { headers } = await app.request(LOGIN, { headers: { 'x-user': 'ada' } })
      const { searchParams } = new URL(headers.get('location') ?? '')
      expect(searchParams.getAll('response_type')).toEqual(['code'])
      expect(searchParams.getAll('code_challenge_method')).toEqual(['S256'])
      const [state = '', challenge = ''] = ['state', 'code_challenge'].map((name) => searchParams.get(name) ?? '')
      expect(challenge).toMatch(/^[\w-]{43}$/)
      expect(state).toMatch(/^[\w-]{43,}$/)
      expect(decoded(state)).not.toMatch(/after-it|example|https?:/)
      states.add(state)
      challenges.add(challenge)
    }
    expect([states.size, challenges.size]).toEqual([LOGINS, LOGINS])
  })

  it('end with the verifier of their own challenge, used for one of them', async () => {
    const rig = await nodeRig()
    const verifiers = () => rig.wire.sent.flatMap(({ body }) => new URLSearchParams(body).getAll('code_verifier'))
    for (let count = 0; count < FINISHED; count++) {
      const browser = rig.browser(`user-${count}`)
      const page = await rig.start(browser, LOGIN)
      const landed = await browser.navigate(await rig.consent(page))
      expect(landed.headers.get('location')).toBe('/after-it')
      const verifier = verifiers().at(-1) ?? ''
      expect(verifier).toMatch(/^[\w.~-]{43,128}$/)
      expect(createHash('sha256').update(verifier).digest('base64url')).toBe(
        new URL(page).searchParams.get('code_challenge'),
      )
    }
    expect(new Set(verifiers()).size).toBe(FINISHED)
    expect(verifiers()).toHaveLength(FINISHED)
  })
})

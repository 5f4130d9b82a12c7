import { describe, expect, it } from 'vitest'
import { Secret } from '../../../src/secret.ts'
import { type Answer, empty, html, json, over } from '../../protocol/fake-fetch.ts'
import { refusedAfter } from '../../protocol/refusal.ts'
import * as wix from './support.ts'

const { APP_ID, appInstance, external, GRANT, INSTANCE_ID, legacy, minted, NOW, OTHER, signInstance } = wix
const PROOF = 'canary.proof'
const INFO = { active: true, subjectType: 'APP', clientId: APP_ID, instanceId: INSTANCE_ID, iat: NOW - 10 }
const info = (rest: object = {}) => json({ ...INFO, ...rest })
const UNPROVEN = 'authorization_response_invalid'
const installation = (signedInstance: string | undefined, ...answers: Answer[]) =>
  over(answers, (backChannel) =>
    external({ instanceProof: 'token-info' }).authorize(wix.installed({ signedInstance }), backChannel),
  )

describe('a signed instance that Wix verifies', () => {
  it.each(['APP', 'USER'])('is sent without client authentication: %s', async (subjectType) => {
    const { sent, work } = installation(PROOF, info({ subjectType }), minted(), appInstance())
    expect((await work()).grant).toEqual(GRANT)
    const url = 'https://www.wixapis.com/oauth2/token-info'
    expect(sent[0]).toMatchObject({ method: 'POST', url, body: `{"token":"${PROOF}"}` })
    const headers = { accept: 'application/json', 'content-type': 'application/json' }
    expect(Object.fromEntries(sent[0]?.headers ?? [])).toEqual(headers)
  })

  const UNFIT: object[] = [
    ...[false, undefined, 'true'].map((active) => ({ active })),
    ...[undefined, '', 1, OTHER.instanceId].map((instanceId) => ({ instanceId })),
    ...['app-2', undefined].map((clientId) => ({ clientId })),
    ...[NOW - 1201, undefined].map((iat) => ({ iat })),
    ...['VISITOR', 'MEMBER', undefined].map((subjectType) => ({ subjectType })),
  ]
  it.each<[string, Answer, string]>([
    ...UNFIT.map((rest): [string, Answer, string] => [JSON.stringify(rest), info(rest), UNPROVEN]),
    ['HTML', html(), UNPROVEN],
    ['400', json({}, 400), 'provider_unavailable'],
    ['500', json({}, 500), 'provider_unavailable'],
    ['a redirect', empty(302), 'provider_response_invalid'],
  ])('is refused before a token request after %s', async (_name, answer, code) => {
    expect(await refusedAfter(installation(PROOF, answer))).toEqual([code, 1])
  })

  it('is required', async () => {
    expect(await refusedAfter(installation(undefined))).toEqual([UNPROVEN, 0])
  })
})

describe.each([
  ['wix', external],
  ['wixLegacy', legacy],
])('a signed instance that a person brings to %s', (_name, make) => {
  const accept = (text: string, ...answers: Answer[]) =>
    over(answers, async (backChannel) => make().acceptToken?.(new Secret(text), backChannel, NOW))

  it('is connected with client credentials', async () => {
    const accepted = await accept(signInstance(), minted(), appInstance()).work()
    expect(accepted?.grant).toEqual(GRANT)
    const { accessToken, refreshToken } = accepted?.tokens ?? {}
    expect([accessToken?.reveal(), refreshToken]).toEqual([wix.TOKEN, undefined])
  })

  it.each([
    ['nothing', ''],
    ['a plain instance id', INSTANCE_ID],
    ['a forged one', signInstance({}, 'other')],
    ['that of a visitor', signInstance({ aid: 'visitor' })],
    ['that of a member', signInstance({ siteMemberId: 'member' })],
    ['an old one', wix.signedAt(NOW - 1201)],
  ])('is refused without a request when it is %s', async (_kind, text) => {
    expect(await refusedAfter(accept(text))).toEqual(['token_not_accepted', 0])
  })

  it('is refused when Wix names another instance', async () => {
    expect(await refusedAfter(accept(signInstance(), minted(), appInstance(OTHER)))).toEqual(['token_not_accepted', 2])
  })
})

import { describe, expect, it } from 'vitest'
import type { OAuthErrorCode } from '../../../src/errors.ts'
import { Secret } from '../../../src/secret.ts'
import { type Answer, fakeBackChannel, json } from '../../protocol/fake-fetch.ts'
import { refusal, shown } from '../../protocol/refusal.ts'
import {
  APP_ID,
  appInstance,
  external,
  GRANT,
  INSTANCE_ID,
  installed,
  legacy,
  minted,
  NOW,
  OTHER_INSTANCE_ID,
  SITE_ID,
  signInstance,
  TOKEN,
} from './support.ts'

const PROOF = 'canary.proof'
const info = (rest: object = {}) =>
  json({
    active: true,
    subjectType: 'APP',
    subjectId: 'subject',
    clientId: APP_ID,
    siteId: SITE_ID,
    instanceId: INSTANCE_ID,
    iat: NOW - 10,
    ...rest,
  })
const asking = () => external({ instanceProof: 'token-info' })
const request = () => installed({ signedInstance: PROOF })

describe('a proof that Wix judges', () => {
  it('is sent to Wix, without any credential of ours', async () => {
    const { backChannel, sent } = fakeBackChannel(info(), minted(), appInstance())
    const { grant } = await asking().authorize(request(), backChannel)
    expect(grant).toEqual(GRANT)
    expect(sent).toHaveLength(3)
    expect(sent[0]).toMatchObject({
      method: 'POST',
      url: 'https://www.wixapis.com/oauth2/token-info',
      body: JSON.stringify({ token: PROOF }),
    })
    expect(Object.fromEntries(sent[0]?.headers ?? [])).toEqual({
      accept: 'application/json',
      'content-type': 'application/json',
    })
  })

  it.each(['APP', 'USER'])('may be one of this kind: %s', async (subjectType) => {
    const { backChannel } = fakeBackChannel(info({ subjectType }), minted(), appInstance())
    expect((await asking().authorize(request(), backChannel)).grant.id).toBe(INSTANCE_ID)
  })

  it.each<[string, object]>([
    ['is not active', { active: false }],
    ['does not say so', { active: undefined }],
    ['says so in words', { active: 'true' }],
    ['has no instance', { instanceId: undefined }],
    ['has an empty instance', { instanceId: '' }],
    ['has a number for an instance', { instanceId: 1 }],
    ['has another instance', { instanceId: OTHER_INSTANCE_ID }],
    ['is for another app', { clientId: 'app-2' }],
    ['is for no app', { clientId: undefined }],
    ['was made too long ago', { iat: NOW - 1201 }],
    ['does not say when it was made', { iat: undefined }],
    // What the signature says by `aid`: nobody who may manage the site.
    ['is that of an anonymous visitor', { subjectType: 'VISITOR' }],
    ['is that of a member of the site', { subjectType: 'MEMBER' }],
  ])('is refused, and nothing is minted, when it %s', async (_name, rest) => {
    const { backChannel, sent } = fakeBackChannel(info(rest), minted(), appInstance())
    const error = await refusal(() => asking().authorize(request(), backChannel))
    expect(error.code).toBe('authorization_response_invalid')
    expect(sent).toHaveLength(1)
    expect(shown(error)).not.toContain('canary')
  })

  it.each<[string, Answer, OAuthErrorCode]>([
    ['HTML', new Response('<html>'), 'authorization_response_invalid'],
    ['a list', json([{ active: true }]), 'authorization_response_invalid'],
    ['400', json({}, 400), 'provider_unavailable'],
    ['500', json({}, 500), 'provider_unavailable'],
    ['a redirect', new Response(null, { status: 302 }), 'provider_response_invalid'],
  ])('is refused when Wix answers %s', async (_name, answer, code) => {
    const { backChannel, sent } = fakeBackChannel(answer)
    const error = await refusal(() => asking().authorize(request(), backChannel))
    expect(error.code).toBe(code)
    expect(sent).toHaveLength(1)
    expect(shown(error)).not.toContain('canary')
  })

  it('is to be tried again when Wix says so', async () => {
    const headers = { 'retry-after': '17' }
    const { backChannel } = fakeBackChannel(new Response(null, { status: 503, headers }))
    const error = await refusal(() => asking().authorize(request(), backChannel))
    expect([error.code, error.retryAfterSeconds]).toEqual(['provider_unavailable', 17])
  })

  it('is not asked for where there is none', async () => {
    const { backChannel, sent } = fakeBackChannel()
    const plain = installed({ signedInstance: undefined })
    const error = await refusal(() => asking().authorize(plain, backChannel))
    expect(error.code).toBe('authorization_response_invalid')
    expect(sent).toEqual([])
  })
})

describe.each([
  ['wix', external],
  ['wixLegacy', legacy],
])('an instance that a person brings to %s', (_name, make) => {
  const accept = (text: string, ...answers: Answer[]) => {
    const { backChannel, sent } = fakeBackChannel(...answers)
    const { acceptToken } = make()
    if (!acceptToken) throw new Error('Wix has instances that a person can bring')
    return { sent, work: () => acceptToken(new Secret(text), backChannel, NOW) }
  }

  it('is connected with client credentials', async () => {
    const { sent, work } = accept(signInstance(), minted(), appInstance())
    const { tokens, grant } = await work()
    expect(grant).toEqual(GRANT)
    expect(tokens.accessToken.reveal()).toBe(TOKEN)
    expect(tokens.refreshToken).toBeUndefined()
    expect(sent).toHaveLength(2)
  })

  it.each([
    ['nothing', ''],
    ['a plain instance id', INSTANCE_ID],
    ['a forged one', signInstance({}, 'other')],
    ['that of a visitor', signInstance({ aid: 'visitor' })],
    ['that of another app', signInstance({ appDefId: 'app-2' })],
    ['an old one', signInstance({ signDate: new Date((NOW - 1201) * 1000).toISOString() })],
    ['an access token', TOKEN],
  ])('is refused before anybody is asked: %s', async (_kind, text) => {
    const { sent, work } = accept(text)
    const error = await refusal(work)
    expect(error.code).toBe('token_not_accepted')
    expect(sent).toEqual([])
    expect(shown(error)).not.toContain('canary')
  })

  it('is refused when Wix says that the token is for another', async () => {
    const other = appInstance({ instanceId: OTHER_INSTANCE_ID })
    const { work } = accept(signInstance(), minted(), other)
    expect((await refusal(work)).code).toBe('token_not_accepted')
  })
})

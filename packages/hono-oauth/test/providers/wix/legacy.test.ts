import { describe, expect, it } from 'vitest'
import { Secret } from '../../../src/secret.ts'
import { type Answer, json, linesOf, NO_REQUEST, over } from '../../protocol/fake-fetch.ts'
import { refusedAfter } from '../../protocol/refusal.ts'
import * as wix from './support.ts'

const { APP_ID, appInstance, exchanged, GRANT, INSTANCE_ID, legacy, minted, OTHER, signInstance } = wix
const CODE = 'canary-code'
const INVALID = 'authorization_response_invalid'
const refused = () => json({ message: 'canary', details: {} }, 400)
const login = (changes: wix.Parameters, ...answers: Answer[]) =>
  over(answers, (backChannel) =>
    legacy().authorize(wix.callback({ code: CODE, instanceId: INSTANCE_ID, ...changes }), backChannel),
  )

describe('the installer', () => {
  it('is called with the names of Wix', async () => {
    expect((await legacy().authorizationUrl(wix.REQUEST, ...NO_REQUEST)).href).toBe(
      `https://www.wix.com/installer/install?appId=${APP_ID}` +
        '&redirectUrl=https%3A%2F%2Fapp.example%2Fauth%2Fwix%2Fcallback&state=canary-state',
    )
  })

  it('gets the token of an installation that began at Wix, and no replaced parameter', async () => {
    const params = { token: 'a+b/c=', appId: 'evil', redirectUrl: 'https://evil.example', state: 'evil' }
    const { searchParams } = await legacy().authorizationUrl({ ...wix.REQUEST, params }, ...NO_REQUEST)
    const { state, redirectUri: redirectUrl } = wix.REQUEST
    expect(Object.fromEntries(searchParams)).toEqual({ token: 'a+b/c=', appId: APP_ID, redirectUrl, state })
    expect(legacy()).toMatchObject({ loginParams: ['token'], embedded: true })
  })
})

describe('a code', () => {
  it.each([INSTANCE_ID, undefined, ''])('is exchanged with the instance id %s', async (instanceId) => {
    const { sent, work } = login({ instanceId }, exchanged(), appInstance())
    const { tokens, grant } = await work()
    expect([grant, tokens.expiresInSeconds]).toEqual([GRANT, 300])
    expect([tokens.accessToken.reveal(), tokens.refreshToken?.reveal()]).toEqual([wix.TOKEN, wix.REFRESH_TOKEN])
    expect(linesOf(sent)).toEqual([
      'POST https://www.wixapis.com/oauth/access',
      'GET https://www.wixapis.com/apps/v1/instance',
    ])
    const credentials = { client_id: APP_ID, client_secret: wix.APP_SECRET }
    expect(JSON.parse(sent[0]?.body ?? '')).toEqual({ grant_type: 'authorization_code', code: CODE, ...credentials })
  })

  // The plain instance id of these callbacks proves nothing.
  it.each<[string, wix.Parameters, Answer[], string]>([
    ['no code', { code: undefined }, [], INVALID],
    ['an empty code', { code: '' }, [], INVALID],
    ['two codes', { code: [CODE, CODE] }, [], INVALID],
    ['two instance ids', { instanceId: ['a', 'b'] }, [], INVALID],
    ['no code, but a proof', { code: undefined, instance: signInstance() }, [], INVALID],
    ['an error', { error: 'canary' }, [], 'access_denied'],
    ['two errors', { error: ['a', 'b'] }, [], INVALID],
    ['400', {}, [refused()], 'code_rejected'],
    ['invalid_client', {}, [json({ error: 'invalid_client' }, 400)], 'client_rejected'],
    ['500', {}, [json({}, 500)], 'provider_unavailable'],
    ['no tokens', {}, [json({})], 'provider_response_invalid'],
    ['no refresh token', {}, [minted()], 'provider_response_invalid'],
    ['no instance', {}, [exchanged(), json({}, 500)], 'provider_unavailable'],
    ['another instance', {}, [exchanged(), appInstance(OTHER)], INVALID],
    // An accepted code is not replaced by client credentials.
    ['another instance, and a proof', { signedInstance: signInstance() }, [exchanged(), appInstance(OTHER)], INVALID],
    ['400 and a forged proof', { signedInstance: signInstance({}, 'other') }, [refused()], 'code_rejected'],
    ['400 and the proof of a visitor', { signedInstance: signInstance({ aid: 'v' }) }, [refused()], 'code_rejected'],
    ['400 and the proof of another instance', { signedInstance: signInstance(OTHER) }, [refused()], 'code_rejected'],
    ['400 and an old proof', { signedInstance: wix.signedAt(wix.NOW - 1201) }, [refused()], 'code_rejected'],
    ['400 and a plain instance id', { signedInstance: INSTANCE_ID }, [refused()], 'code_rejected'],
    ['400 and two proofs', { signedInstance: [signInstance(), signInstance()] }, [refused()], INVALID],
  ])('fails without another request after %s', async (_name, changes, answers, code) => {
    expect(await refusedAfter(login(changes, ...answers))).toEqual([code, answers.length])
  })

  it.each(['signedInstance', 'instance'])('that fails is replaced by client credentials: %s', async (name) => {
    const { sent, work } = login({ [name]: signInstance() }, refused(), minted(), appInstance())
    const { tokens, grant } = await work()
    expect([grant, tokens.refreshToken, tokens.expiresInSeconds]).toEqual([GRANT, undefined, 14_400])
    const form = { grant_type: 'client_credentials', instance_id: INSTANCE_ID }
    expect(JSON.parse(sent[1]?.body ?? '')).toMatchObject(form)
  })
})

const PAGE = 'https://www.wix.com/installer/close-window?access_token=canary%2Ftoken%2B1'
it.each<[{ closeWindow?: boolean }, string, string | undefined]>([
  [{ closeWindow: true }, 'token', PAGE],
  [{}, 'token', undefined],
  [{ closeWindow: false }, 'token', undefined],
  [{ closeWindow: true }, 'other', undefined],
])('the landing of an installation with %j and the parameter %s: %s', (options, parameter, page) => {
  expect(legacy(options).landing?.(new Secret('canary/token+1'), [parameter])?.href).toBe(page)
})

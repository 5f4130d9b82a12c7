import { describe, expect, it } from 'vitest'
import type { OAuthErrorCode } from '../../../src/errors.ts'
import { Secret } from '../../../src/secret.ts'
import { type Answer, fakeBackChannel, json, NOBODY } from '../../protocol/fake-fetch.ts'
import { refusal, shown } from '../../protocol/refusal.ts'
import {
  APP_ID,
  APP_SECRET,
  appInstance,
  callback,
  exchanged,
  GRANT,
  INSTANCE_ID,
  legacy,
  minted,
  NOW,
  OTHER_INSTANCE_ID,
  REDIRECT_URI,
  REFRESH_TOKEN,
  STATE,
  signInstance,
  TOKEN,
} from './support.ts'

const CODE = 'canary-code'
const REQUEST = { state: STATE, redirectUri: REDIRECT_URI, scopes: [] }
const back = (changes: Parameters<typeof callback>[0] = {}) =>
  callback({ code: CODE, instanceId: INSTANCE_ID, ...changes })
const refused = () => json({ message: 'canary', details: {} }, 400)

describe('the installer', () => {
  it('is asked with Wix’s own names', async () => {
    const url = await legacy().authorizationUrl(REQUEST, ...NOBODY)
    expect(url.href).toBe(
      `https://www.wix.com/installer/install?appId=${APP_ID}` +
        '&redirectUrl=https%3A%2F%2Fapp.example%2Fauth%2Fwix%2Fcallback&state=canary-state',
    )
  })

  it('gets the token that an installation from Wix began with', async () => {
    const params = {
      token: 'a+b/c=',
      appId: 'evil',
      redirectUrl: 'https://evil.example',
      state: 'x',
    }
    const url = await legacy().authorizationUrl({ ...REQUEST, params }, ...NOBODY)
    expect(url.searchParams.get('token')).toBe('a+b/c=')
    expect(url.searchParams.getAll('appId')).toEqual([APP_ID])
    expect(url.searchParams.getAll('redirectUrl')).toEqual([REDIRECT_URI])
    expect(url.searchParams.getAll('state')).toEqual([STATE])
    expect(url.href).not.toContain(APP_SECRET)
    expect(legacy().loginParams).toEqual(['token'])
    expect(legacy().embedded).toBe(true)
  })
})

describe('a code', () => {
  it.each([
    ['with the instance id', back()],
    ['without one', back({ instanceId: undefined })],
    ['with an empty one', back({ instanceId: '' })],
  ])('is exchanged as Wix documents it: %s', async (_name, request) => {
    const { backChannel, sent } = fakeBackChannel(exchanged(), appInstance())
    const { tokens, grant } = await legacy().authorize(request, backChannel)
    expect(grant).toEqual(GRANT)
    expect(tokens.accessToken.reveal()).toBe(TOKEN)
    expect(tokens.refreshToken?.reveal()).toBe(REFRESH_TOKEN)
    expect(tokens.expiresInSeconds).toBe(300)
    expect(sent.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'POST https://www.wixapis.com/oauth/access',
      'GET https://www.wixapis.com/apps/v1/instance',
    ])
    expect(JSON.parse(sent[0]?.body ?? '')).toEqual({
      grant_type: 'authorization_code',
      code: CODE,
      client_id: APP_ID,
      client_secret: APP_SECRET,
    })
    expect(Object.fromEntries(sent[0]?.headers ?? [])).toEqual({
      accept: 'application/json',
      'content-type': 'application/json',
    })
  })

  it.each<[string, Parameters<typeof back>[0], OAuthErrorCode]>([
    ['missing', { code: undefined }, 'authorization_response_invalid'],
    ['empty', { code: '' }, 'authorization_response_invalid'],
    ['doubled', { code: [CODE, CODE] }, 'authorization_response_invalid'],
    ['with two instance ids', { instanceId: ['a', 'b'] }, 'authorization_response_invalid'],
    [
      'missing, with a proof',
      { code: undefined, instance: signInstance() },
      'authorization_response_invalid',
    ],
    ['beside an error', { error: 'access_denied' }, 'access_denied'],
    ['replaced by an error', { code: undefined, error: 'canary' }, 'access_denied'],
    ['beside two errors', { error: ['a', 'b'] }, 'authorization_response_invalid'],
  ])('is not sent when it is %s', async (_name, changes, code) => {
    const { backChannel, sent } = fakeBackChannel(exchanged(), appInstance())
    const error = await refusal(() => legacy().authorize(back(changes), backChannel))
    expect(error.code).toBe(code)
    expect(sent).toEqual([])
    expect(shown(error)).not.toContain('canary')
  })

  it.each<[string, Answer[], OAuthErrorCode]>([
    ['400', [refused()], 'code_rejected'],
    ['404', [json({}, 404)], 'code_rejected'],
    ['400 for the client', [json({ error: 'invalid_client' }, 400)], 'client_rejected'],
    ['403', [json({}, 403)], 'client_rejected'],
    ['429', [json({}, 429)], 'provider_unavailable'],
    ['500', [json({}, 500)], 'provider_unavailable'],
    ['a redirect', [new Response(null, { status: 302 })], 'provider_response_invalid'],
    ['HTML', [new Response('<html>canary')], 'provider_response_invalid'],
    ['no access token', [exchanged({ access_token: undefined })], 'provider_response_invalid'],
    ['no refresh token', [exchanged({ refresh_token: undefined })], 'provider_response_invalid'],
    ['an empty refresh token', [exchanged({ refresh_token: '' })], 'provider_response_invalid'],
    ['no instance', [exchanged(), json({}, 500)], 'provider_unavailable'],
    [
      'another instance',
      [exchanged(), appInstance({ instanceId: OTHER_INSTANCE_ID })],
      'authorization_response_invalid',
    ],
  ])('is sent once, and nothing proves anything after %s', async (_name, answers, code) => {
    // The plain instance id stands in each of these callbacks, and nobody asks with it.
    const { backChannel, sent } = fakeBackChannel(...answers)
    const error = await refusal(() => legacy().authorize(back(), backChannel))
    expect(error.code).toBe(code)
    expect(sent).toHaveLength(answers.length)
    expect(shown(error)).not.toContain('canary')
  })
})

describe('a code that fails beside a proof', () => {
  it.each(['signedInstance', 'instance'])('is replaced by client credentials: %s', async (name) => {
    const { backChannel, sent } = fakeBackChannel(refused(), minted(), appInstance())
    const request = back({ [name]: signInstance() })
    const { tokens, grant } = await legacy().authorize(request, backChannel)
    expect(grant).toEqual(GRANT)
    expect([tokens.refreshToken, tokens.expiresInSeconds]).toEqual([undefined, 14_400])
    expect(JSON.parse(sent[1]?.body ?? '')).toMatchObject({
      grant_type: 'client_credentials',
      instance_id: INSTANCE_ID,
    })
  })

  it.each([
    ['forged', signInstance({}, 'other')],
    ['of a visitor', signInstance({ aid: 'visitor' })],
    ['of another app', signInstance({ appDefId: 'app-2' })],
    ['old', signInstance({ signDate: new Date((NOW - 1201) * 1000).toISOString() })],
    ['plain', INSTANCE_ID],
    ['empty', ''],
  ])('stays refused when the proof is %s', async (_name, signedInstance) => {
    const { backChannel, sent } = fakeBackChannel(refused())
    const error = await refusal(() => legacy().authorize(back({ signedInstance }), backChannel))
    expect(error.code).toBe('code_rejected')
    expect(sent).toHaveLength(1)
  })

  it('is refused when the proof is of another instance than the callback says', async () => {
    const other = { instanceId: OTHER_INSTANCE_ID }
    const request = back({ signedInstance: signInstance(other) })
    const { backChannel } = fakeBackChannel(refused(), minted(), appInstance(other))
    const code = (await refusal(() => legacy().authorize(request, backChannel))).code
    expect(['authorization_response_invalid', 'code_rejected']).toContain(code)
  })

  it('is not replaced when the answers contradict each other', async () => {
    const other = appInstance({ instanceId: OTHER_INSTANCE_ID })
    const { backChannel, sent } = fakeBackChannel(exchanged(), other, minted(), appInstance())
    const request = back({ signedInstance: signInstance() })
    const error = await refusal(() => legacy().authorize(request, backChannel))
    expect(error.code).toBe('authorization_response_invalid')
    expect(sent).toHaveLength(2)
  })

  it('is refused with two proofs', async () => {
    const { backChannel } = fakeBackChannel(refused())
    const request = back({ signedInstance: [signInstance(), signInstance()] })
    const error = await refusal(() => legacy().authorize(request, backChannel))
    expect(error.code).toBe('authorization_response_invalid')
  })
})

describe('where a finished installation leads', () => {
  const token = new Secret('canary/token+1')
  const landing = (options: { closeWindow?: boolean }, params: string[]) =>
    legacy(options).landing?.(token, params)?.href

  it('is Wix’s page that closes the window, where the app wants it and Wix began', () => {
    expect(landing({ closeWindow: true }, ['token'])).toBe(
      'https://www.wix.com/installer/close-window?access_token=canary%2Ftoken%2B1',
    )
  })

  it.each<[{ closeWindow?: boolean }, string[]]>([
    [{}, ['token']],
    [{ closeWindow: false }, ['token']],
    [{ closeWindow: true }, []],
    [{ closeWindow: true }, ['other']],
  ])('is our own page with %j and %j', (options, params) => {
    expect(landing(options, params)).toBeUndefined()
  })
})

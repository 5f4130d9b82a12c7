import { describe, expect, it } from 'vitest'
import type { OAuthErrorCode } from '../../../src/errors.ts'
import { getAppInstance } from '../../../src/providers/wix/app-instance.ts'
import {
  finishConfiguration,
  type WixOptions,
  wix,
  wixLegacy,
} from '../../../src/providers/wix/index.ts'
import { Secret } from '../../../src/secret.ts'
import { type Answer, fakeBackChannel, json } from '../../protocol/fake-fetch.ts'
import { refusal, shown } from '../../protocol/refusal.ts'
import { APP_ID, APP_SECRET, appInstance, external, GRANT, legacy, TOKEN } from './support.ts'

const secretToken = new Secret(TOKEN)
const ask = (...answers: Answer[]) => {
  const { backChannel, sent } = fakeBackChannel(...answers)
  return { sent, work: () => getAppInstance(secretToken, backChannel) }
}

describe('Get App Instance', () => {
  it('is asked with the token as it is', async () => {
    const { sent, work } = ask(appInstance())
    expect(await work()).toEqual(GRANT)
    expect(sent).toHaveLength(1)
    expect(sent[0]).toMatchObject({
      method: 'GET',
      url: 'https://www.wixapis.com/apps/v1/instance',
      body: '',
    })
    expect(Object.fromEntries(sent[0]?.headers ?? [])).toEqual({
      accept: 'application/json',
      authorization: TOKEN,
    })
  })

  it.each<[object, object, object]>([
    [{}, { siteDisplayName: undefined }, { name: null }],
    [{}, { siteDisplayName: '' }, { name: null }],
    [{}, { siteDisplayName: 7 }, { name: null }],
    [{}, { url: undefined }, { url: null }],
    [{}, { url: '' }, { url: null }],
    [{ isFree: true }, {}, { isFree: true }],
    [{ isFree: 'true' }, {}, { isFree: false }],
    [{ isFree: undefined }, {}, { isFree: false }],
    [{ originInstanceId: 'origin' }, {}, { originInstanceId: 'origin' }],
    [{ originInstanceId: undefined }, {}, { originInstanceId: null }],
  ])('tells of %j and %j', async (instance, site, account) => {
    const grant = await ask(appInstance(instance, site)).work()
    expect(grant.account).toEqual({ ...GRANT.account, ...account })
  })

  it.each([
    [
      ['a', 'b'],
      ['a', 'b'],
    ],
    [[], []],
    [undefined, []],
    [null, []],
    ['a', []],
    [['a', 1, null, ['b']], ['a']],
  ])('tells permissions: %j', async (permissions, scopes) => {
    expect((await ask(appInstance({ permissions })).work()).scopes).toEqual(scopes)
  })

  it.each<[string, Answer, OAuthErrorCode]>([
    ['no instance', json({ site: {} }), 'provider_response_invalid'],
    ['no site', json({ instance: { instanceId: 'x' } }), 'provider_response_invalid'],
    ['null for both', json({ instance: null, site: null }), 'provider_response_invalid'],
    ['texts for both', json({ instance: 'x', site: 'x' }), 'provider_response_invalid'],
    ['no instance id', appInstance({ instanceId: undefined }), 'provider_response_invalid'],
    ['a number for it', appInstance({ instanceId: 1 }), 'provider_response_invalid'],
    ['an empty instance id', appInstance({ instanceId: '' }), 'provider_response_invalid'],
    ['no site id', appInstance({}, { siteId: undefined }), 'provider_response_invalid'],
    ['an empty site id', appInstance({}, { siteId: '' }), 'provider_response_invalid'],
    ['a list', json([]), 'provider_response_invalid'],
    ['HTML', new Response(`<html>${TOKEN}`), 'provider_response_invalid'],
    ['a redirect', new Response(null, { status: 302 }), 'provider_response_invalid'],
    ['204', new Response(null, { status: 204 }), 'provider_unavailable'],
    ['401', json({ message: TOKEN }, 401), 'provider_unavailable'],
    ['403', json({ message: TOKEN }, 403), 'provider_unavailable'],
    ['429', json({}, 429), 'provider_unavailable'],
    ['500', json({}, 500), 'provider_unavailable'],
  ])('is refused with %s', async (_name, answer, code) => {
    const { sent, work } = ask(answer)
    const error = await refusal(work)
    expect(error.code).toBe(code)
    expect(sent).toHaveLength(1)
    expect(shown(error)).not.toContain('canary')
  })

  it('is to be asked again when Wix says so', async () => {
    const { work } = ask(new Response(null, { status: 429, headers: { 'retry-after': '17' } }))
    expect((await refusal(work)).retryAfterSeconds).toBe(17)
  })
})

describe('finishConfiguration', () => {
  it.each([200, 204])('tells Wix, which answers %d', async (status) => {
    const calls: [string, RequestInit][] = []
    const answer = new Response(status === 204 ? null : '{}', { status })
    const fetch = async (input: string, init: RequestInit) => {
      calls.push([input, init])
      return answer
    }
    await finishConfiguration({ fetch })
    expect(calls).toEqual([
      [
        'https://www.wixapis.com/apps/v1/bi-event',
        {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: '{"eventName":"APP_FINISHED_CONFIGURATION"}',
        },
      ],
    ])
  })

  it.each([302, 400, 404, 429, 500])('fails when Wix answers %d', async (status) => {
    const fetch = async () => new Response('canary', { status })
    const error = await refusal(() => finishConfiguration({ fetch }))
    expect(error.code).toBe('provider_response_invalid')
    expect(shown(error)).not.toContain('canary')
  })

  it('lets the failure of the connection through', async () => {
    const failure = new Error('no connection')
    const fetch = () => Promise.reject(failure)
    await expect(finishConfiguration({ fetch })).rejects.toBe(failure)
  })
})

describe.each([
  ['wix', wix, external],
  ['wixLegacy', wixLegacy, legacy],
] as const)('the settings of %s', (_name, make, usual) => {
  it.each<[keyof WixOptions, unknown]>([
    ['appId', ''],
    ['appId', undefined],
    ['appSecret', ''],
    ['appSecret', undefined],
  ])('are refused without %s: %j', async (setting, value) => {
    const options = { appId: APP_ID, appSecret: APP_SECRET, [setting]: value } as WixOptions
    const error = await refusal(() => make(options))
    expect(error.code).toBe('configuration_invalid')
    expect(error.message).toBe(`wix ${setting} is missing.`)
    for (const text of [APP_ID, APP_SECRET]) expect(shown(error)).not.toContain(text)
  })

  it('become a provider that shows no secret', () => {
    const made = usual()
    expect(made).toMatchObject({ scopes: [], pkce: false, restartsWithoutState: false })
    expect(made.apiOrigins).toEqual(['https://www.wixapis.com'])
    expect(made.authorizationHeader(secretToken)).toBe(TOKEN)
    expect(shown(made)).not.toContain(APP_SECRET)
  })

  it('promise no revocation, and ask for none', async () => {
    const { backChannel, sent } = fakeBackChannel()
    expect(await usual().revoke({ accessToken: secretToken }, backChannel)).toBe('deleted_only')
    expect(sent).toEqual([])
  })

  it.each([
    [401, 'needs_reauth'],
    [403, 'access_forbidden'],
    [200, undefined],
    [400, undefined],
    [404, undefined],
    [428, undefined],
    [429, undefined],
    [500, undefined],
  ])('make of a refusal %d: %s', (status, code) => {
    const error = usual().apiError(status, '{"message":"canary"}')
    expect(error?.code).toBe(code)
    expect(shown(error)).not.toContain('canary')
  })
})

import { describe, expect, it } from 'vitest'
import { finishConfiguration, type WixOptions, wix, wixLegacy } from '../../../src/providers/wix/index.ts'
import { getAppInstance } from '../../../src/providers/wix/wix-api.ts'
import { Secret } from '../../../src/secret.ts'
import { type Answer, empty, fakeFetch, html, json, over } from '../../protocol/fake-fetch.ts'
import { codeOf, refusal, refusedAfter, shown } from '../../protocol/refusal.ts'
import { stored, TARGET } from '../oauth2/support.ts'
import { APP_ID, APP_SECRET, appInstance, external, GRANT, legacy, TOKEN } from './support.ts'

const secretToken = new Secret(TOKEN)
const ask = (...answers: Answer[]) => over(answers, (backChannel) => getAppInstance(secretToken, backChannel))
const INVALID = 'provider_response_invalid'
const DOWN = 'provider_unavailable'

describe('Get App Instance', () => {
  it('is requested with the token without Bearer', async () => {
    const { sent, work } = ask(appInstance())
    expect(await work()).toEqual(GRANT)
    expect(sent).toMatchObject([{ method: 'GET', url: 'https://www.wixapis.com/apps/v1/instance', body: '' }])
    expect(Object.fromEntries(sent[0]?.headers ?? [])).toEqual({ accept: 'application/json', authorization: TOKEN })
  })

  it.each<[object, object, object]>([
    ...[undefined, '', 7].map((name): [object, object, object] => [{}, { siteDisplayName: name }, { name: null }]),
    [{}, { url: '' }, { url: null }],
    [{ isFree: true }, {}, { isFree: true }],
    [{ isFree: 'true' }, {}, { isFree: false }],
    [{ originInstanceId: 'origin' }, {}, { originInstanceId: 'origin' }],
    [{ originInstanceId: undefined }, {}, { originInstanceId: null }],
  ])('returns the account of %j and %j', async (instance, site, account) => {
    expect((await ask(appInstance(instance, site)).work()).account).toEqual({ ...GRANT.account, ...account })
  })

  // The tests of `readTexts` have more lists.
  it.each([
    { permissions: ['a', 1, 'c'], scopes: ['a', 'c'] },
    { permissions: undefined, scopes: [] },
  ])('returns the permissions $permissions as scopes', async ({ permissions, scopes }) => {
    expect((await ask(appInstance({ permissions })).work()).scopes).toEqual(scopes)
  })

  it.each<[string, Answer, string]>([
    ['no instance', json({ site: {} }), INVALID],
    ['no site', json({ instance: { instanceId: 'x' } }), INVALID],
    ['texts for both', json({ instance: 'x', site: 'x' }), INVALID],
    ['no instance id', appInstance({ instanceId: undefined }), INVALID],
    ['a number for an instance id', appInstance({ instanceId: 1 }), INVALID],
    ['an empty instance id', appInstance({ instanceId: '' }), INVALID],
    ['no site id', appInstance({}, { siteId: undefined }), INVALID],
    ['a list', json([]), INVALID],
    ['HTML', html(), INVALID],
    ['a redirect', empty(302), INVALID],
    ['204', empty(204), DOWN],
    ['401', html(401), DOWN],
    ['403', html(403), DOWN],
    ['500', html(500), DOWN],
  ])('is refused with %s', async (_name, answer, code) => {
    expect(await refusedAfter(ask(answer))).toEqual([code, 1])
  })
})

describe('finishConfiguration', () => {
  it('sends the documented request', async () => {
    const { fetch, sent } = fakeFetch(empty(204))
    await finishConfiguration({ fetch })
    const headers = { 'content-type': 'application/json' }
    const init = { method: 'POST', headers, body: '{"eventName":"APP_FINISHED_CONFIGURATION"}' }
    expect(sent).toMatchObject([{ url: 'https://www.wixapis.com/apps/v1/bi-event' }])
    expect(sent[0]?.init).toEqual(init)
  })

  it.each([302, 400, 404, 429, 500])('fails after %d', async (status) => {
    expect(await codeOf(() => finishConfiguration(fakeFetch(html(status))))).toBe(INVALID)
  })
})

describe.each([
  ['wix', wix, external],
  ['wixLegacy', wixLegacy, legacy],
] as const)('the settings of %s', (_name, make, usual) => {
  it.each(['appId', 'appSecret'])('are refused without %s', async (setting) => {
    for (const value of ['', undefined]) {
      const options = { appId: APP_ID, appSecret: APP_SECRET, [setting]: value } as WixOptions
      const error = await refusal(() => make(options))
      expect([error.code, error.message]).toEqual([
        'configuration_invalid',
        expect.stringMatching(`^wix ${setting} is missing\\. Add its variable`),
      ])
      for (const text of [APP_ID, APP_SECRET]) expect(shown(error)).not.toContain(text)
    }
  })

  it('make a provider that shows no secret and sends no revocation', async () => {
    const made = usual()
    const grant = stored({ accessToken: secretToken })
    expect(made).toMatchObject({ scopes: [], pkce: false, restartsWithoutState: false })
    expect(made.apiOrigins(grant)).toEqual(['https://www.wixapis.com'])
    expect(made.tokenHeaders(grant, TARGET)).toEqual({ authorization: TOKEN })
    expect(shown(made)).not.toContain(APP_SECRET)
    const { sent, work } = over([], (backChannel) => made.revoke(grant, backChannel, 0))
    expect([await work(), sent]).toEqual(['deleted_only', []])
  })

  it.each([
    [401, 'needs_reauth'],
    [403, 'access_forbidden'],
    ...[200, 400, 404, 428, 429, 500].map((status) => [status, undefined] as const),
  ] as const)('make of a refusal %d: %s', (status, code) => {
    const error = usual().apiError(status, '{"message":"canary"}', new Headers())
    expect(error?.code).toBe(code)
    expect(shown(error)).not.toContain('canary')
  })
})

import { describe, expect, it } from 'vitest'
import { type Answer, json, linesOf, NO_REQUEST, over } from '../../protocol/fake-fetch.ts'
import { refusal, refusedAfter, shown } from '../../protocol/refusal.ts'
import * as wix from './support.ts'

const { APP_ID, appInstance, external, GRANT, INSTANCE_ID, installed, minted, NOW, OTHER, SITE_ID, signedAt } = wix
const INVALID = 'authorization_response_invalid'

describe('the installation link', () => {
  it('has the state in its return address', async () => {
    expect((await external().authorizationUrl(wix.REQUEST, ...NO_REQUEST)).href).toBe(
      `https://www.wix.com/app-installer?appId=${APP_ID}&postInstallationUrl=` +
        'https%3A%2F%2Fapp.example%2Fauth%2Fwix%2Fcallback%3Fstate%3Dcanary-state',
    )
  })

  it('keeps every parameter and every character, and replaces none of Wix', async () => {
    const state = 'a&b=c d+é#%'
    const redirectUri = `${wix.REDIRECT_URI}?tenant=1&state=old`
    const params = { lang: 'de', appId: 'evil', postInstallationUrl: 'https://evil.example' }
    const request = { state, redirectUri, scopes: [], params }
    const { searchParams, href } = await external({ shareUrlId: 'a-guid' }).authorizationUrl(request, ...NO_REQUEST)
    const { postInstallationUrl = '', ...rest } = Object.fromEntries(searchParams)
    expect(rest).toEqual({ lang: 'de', appId: APP_ID, shareUrlId: 'a-guid' })
    expect(Object.fromEntries(new URL(postInstallationUrl).searchParams)).toEqual({ tenant: '1', state })
    for (const text of ['evil', wix.APP_SECRET]) expect(href).not.toContain(text)
  })
})

const install = (changes: wix.Parameters, ...answers: Answer[]) =>
  over(answers, (backChannel) => external().authorize(installed(changes), backChannel))

describe('an installation', () => {
  it('is connected with the signed instance', async () => {
    const { sent, work } = install({}, minted(), appInstance())
    const { tokens, grant } = await work()
    expect([grant, tokens.accessToken.reveal()]).toEqual([GRANT, wix.TOKEN])
    expect([tokens.expiresInSeconds, tokens.refreshToken]).toEqual([14_400, undefined])
    expect(linesOf(sent)).toEqual([
      'POST https://www.wixapis.com/oauth2/token',
      'GET https://www.wixapis.com/apps/v1/instance',
    ])
    expect(JSON.parse(sent[0]?.body ?? '')).toMatchObject({ instance_id: INSTANCE_ID })
  })

  it.each<[string, wix.Parameters]>([
    ['no app', { appId: undefined }],
    ['another app', { appId: 'app-2' }],
    ['two apps', { appId: [APP_ID, APP_ID] }],
    ['no instance id', { instanceId: undefined }],
    ['another instance id', OTHER],
    ['the instance id in capitals', { instanceId: INSTANCE_ID.toUpperCase() }],
    ['two instance ids', { instanceId: [INSTANCE_ID, OTHER.instanceId] }],
    ['two sites', { tenantId: [SITE_ID, 'other'] }],
    ['no proof, but a plain instance id', { signedInstance: undefined }],
    ['an instance id for a proof', { signedInstance: INSTANCE_ID }],
    ['two proofs', { signedInstance: [wix.signInstance(), wix.signInstance()] }],
    ['the proof of another instance', { signedInstance: wix.signInstance({ instanceId: 'other' }) }],
    ['the proof of a visitor', { signedInstance: wix.signInstance({ aid: 'visitor' }) }],
    ['a forged proof', { signedInstance: wix.signInstance({}, 'forged') }],
    ['a proof of the future', { signedInstance: signedAt(NOW + 61) }],
    ['a proof by another name', { signedInstance: undefined, instance: wix.signInstance() }],
  ])('is refused without a request: %s', async (_name, changes) => {
    const { sent, work } = install(changes)
    const error = await refusal(work)
    expect([error.code, sent]).toEqual([INVALID, []])
    for (const text of ['canary', INSTANCE_ID]) expect(shown(error)).not.toContain(text)
  })

  it.each([
    [undefined, 1201, 0, INVALID],
    [10, 11, 0, INVALID],
    [10, 10, 0, undefined],
    [3600, 3600, 0, undefined],
    [undefined, 100, NOW - 40, undefined],
    [undefined, 101, NOW - 40, INVALID],
  ])('with a limit of %s seconds, signed %d seconds ago, begun at %d: %s', async (limit, age, startedAt, code) => {
    const request = { ...installed({ signedInstance: signedAt(NOW - age) }), startedAt }
    const provider = external({ instanceMaxAgeSeconds: limit })
    const { work } = over([minted(), appInstance()], (backChannel) => provider.authorize(request, backChannel))
    expect((await work().catch((error) => error)).code).toBe(code)
  })

  it.each<[string, Answer[], string, string?]>([
    ['another site', [minted(), appInstance({}, { siteId: 'other' })], INVALID],
    ['no site in the callback', [minted(), appInstance()], INVALID, ''],
    ['another instance', [minted(), appInstance(OTHER)], INVALID],
    ['an app that is not installed', [json({}, 404)], INVALID],
    ['no token', [json({ error: 'server_error' }, 500)], 'provider_unavailable'],
    ['no instance', [minted(), json({}, 503)], 'provider_unavailable'],
    ['an empty instance', [minted(), json({})], 'provider_response_invalid'],
  ])('is refused after %s', async (_name, answers, code, tenantId = SITE_ID) => {
    expect(await refusedAfter(install({ tenantId }, ...answers))).toEqual([code, answers.length])
  })
})

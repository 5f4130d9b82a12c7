import { describe, expect, it } from 'vitest'
import type { OAuthErrorCode } from '../../../src/errors.ts'
import { type Answer, fakeBackChannel, json, NOBODY } from '../../protocol/fake-fetch.ts'
import { refusal, shown } from '../../protocol/refusal.ts'
import {
  APP_ID,
  APP_SECRET,
  appInstance,
  external,
  GRANT,
  INSTANCE_ID,
  installed,
  minted,
  NOW,
  OTHER_INSTANCE_ID,
  REDIRECT_URI,
  SITE_ID,
  STATE,
  signInstance,
  TOKEN,
} from './support.ts'

const REQUEST = { state: STATE, redirectUri: REDIRECT_URI, scopes: [] }
const signedAt = (seconds: number) =>
  signInstance({ signDate: new Date(seconds * 1000).toISOString() })

describe('the link that installs', () => {
  it('carries the state inside the address to come back to', async () => {
    const url = await external().authorizationUrl(REQUEST, ...NOBODY)
    expect(url.href).toBe(
      `https://www.wix.com/app-installer?appId=${APP_ID}&postInstallationUrl=` +
        'https%3A%2F%2Fapp.example%2Fauth%2Fwix%2Fcallback%3Fstate%3Dcanary-state',
    )
  })

  it('names the share link of an app that is not listed', async () => {
    const url = await external({ shareUrlId: 'a-guid' }).authorizationUrl(REQUEST, ...NOBODY)
    expect(url.searchParams.get('shareUrlId')).toBe('a-guid')
    expect(
      (await external().authorizationUrl(REQUEST, ...NOBODY)).searchParams.has('shareUrlId'),
    ).toBe(false)
  })

  it('keeps what the callback has in its query, and what nobody could read in a state', async () => {
    const state = 'a&b=c d+é#%'
    const redirectUri = `${REDIRECT_URI}?tenant=1&state=old`
    const url = await external().authorizationUrl({ ...REQUEST, state, redirectUri }, ...NOBODY)
    const back = new URL(url.searchParams.get('postInstallationUrl') ?? '')
    expect([...back.searchParams]).toEqual([
      ['tenant', '1'],
      ['state', state],
    ])
  })

  it('takes parameters of the app’s own, which overwrite none of ours', async () => {
    const params = { lang: 'de', appId: 'evil', postInstallationUrl: 'https://evil.example' }
    const url = await external().authorizationUrl({ ...REQUEST, params }, ...NOBODY)
    expect(url.searchParams.get('lang')).toBe('de')
    expect(url.searchParams.getAll('appId')).toEqual([APP_ID])
    expect(url.href).not.toContain('evil')
    expect(url.href).not.toContain(APP_SECRET)
  })
})

describe('an installation', () => {
  it('is connected with the instance that Wix signed', async () => {
    const { backChannel, sent } = fakeBackChannel(minted(), appInstance())
    const { tokens, grant } = await external().authorize(installed(), backChannel)
    expect(grant).toEqual(GRANT)
    expect(tokens.accessToken.reveal()).toBe(TOKEN)
    expect([tokens.expiresInSeconds, tokens.refreshToken]).toEqual([14_400, undefined])
    expect(sent.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'POST https://www.wixapis.com/oauth2/token',
      'GET https://www.wixapis.com/apps/v1/instance',
    ])
    expect(JSON.parse(sent[0]?.body ?? '')).toMatchObject({ instance_id: INSTANCE_ID })
    expect(sent[1]?.headers.get('authorization')).toBe(TOKEN)
  })

  it.each<[string, Parameters<typeof installed>[0]]>([
    ['no app', { appId: undefined }],
    ['an empty app', { appId: '' }],
    ['another app', { appId: 'app-2' }],
    ['two apps', { appId: [APP_ID, APP_ID] }],
    ['a foreign app beside ours', { appId: [APP_ID, 'app-2'] }],
    ['no instance id', { instanceId: undefined }],
    ['an empty instance id', { instanceId: '' }],
    ['another instance id', { instanceId: OTHER_INSTANCE_ID }],
    ['the instance id in capitals', { instanceId: INSTANCE_ID.toUpperCase() }],
    ['two instance ids', { instanceId: [INSTANCE_ID, OTHER_INSTANCE_ID] }],
    ['two sites', { tenantId: [SITE_ID, 'other'] }],
    ['no proof, but a plain instance id', { signedInstance: undefined }],
    ['an empty proof', { signedInstance: '' }],
    ['an instance id for a proof', { signedInstance: INSTANCE_ID }],
    ['two proofs', { signedInstance: [signInstance(), signInstance()] }],
    ['the proof of another instance', { signedInstance: signInstance({ instanceId: 'other' }) }],
    ['the proof of another app', { signedInstance: signInstance({ appDefId: 'app-2' }) }],
    ['the proof of a visitor', { signedInstance: signInstance({ aid: 'visitor' }) }],
    ['a forged proof', { signedInstance: signInstance({}, 'forged') }],
    ['an old proof', { signedInstance: signedAt(NOW - 1201) }],
    ['a proof of the future', { signedInstance: signedAt(NOW + 61) }],
    ['a proof by another name', { signedInstance: undefined, instance: signInstance() }],
    ['a code instead', { signedInstance: undefined, code: 'canary-code' }],
  ])('is refused before anybody is asked: %s', async (_name, changes) => {
    const { backChannel, sent } = fakeBackChannel(minted(), appInstance())
    const error = await refusal(() => external().authorize(installed(changes), backChannel))
    expect(error.code).toBe('authorization_response_invalid')
    expect(sent).toEqual([])
    expect(shown(error)).not.toContain('canary')
    expect(shown(error)).not.toContain(INSTANCE_ID)
  })

  it.each([
    ['another site', appInstance({}, { siteId: 'other' }), SITE_ID],
    ['no site in the callback', appInstance(), undefined],
    ['an empty site in the callback', appInstance(), ''],
    ['another instance', appInstance({ instanceId: OTHER_INSTANCE_ID }), SITE_ID],
  ])('is refused when Wix says that it is of %s', async (_name, answer, tenantId) => {
    const { backChannel, sent } = fakeBackChannel(minted(), answer)
    const error = await refusal(() => external().authorize(installed({ tenantId }), backChannel))
    expect(error.code).toBe('authorization_response_invalid')
    expect(sent).toHaveLength(2)
    expect(shown(error)).not.toContain('canary')
  })

  it.each([
    [10, 11, 'authorization_response_invalid'],
    [10, 10, undefined],
    [3600, 3600, undefined],
  ])('with a limit of %d seconds, %d seconds after', async (instanceMaxAgeSeconds, age, code) => {
    const { backChannel } = fakeBackChannel(minted(), appInstance())
    const request = installed({ signedInstance: signedAt(NOW - age) })
    const work = external({ instanceMaxAgeSeconds }).authorize(request, backChannel)
    if (code) expect((await refusal(() => work)).code).toBe(code)
    else expect((await work).grant.id).toBe(INSTANCE_ID)
  })

  it.each<[string, Answer[], OAuthErrorCode]>([
    ['no token', [json({ error: 'server_error' }, 500)], 'provider_unavailable'],
    ['no instance', [minted(), json({}, 503)], 'provider_unavailable'],
    ['nonsense', [minted(), json({})], 'provider_response_invalid'],
  ])('fails with %s', async (_name, answers, code) => {
    const { backChannel, sent } = fakeBackChannel(...answers)
    const error = await refusal(() => external().authorize(installed(), backChannel))
    expect(error.code).toBe(code)
    expect(sent).toHaveLength(answers.length)
    expect(shown(error)).not.toContain('canary')
  })
})

import { describe, expect, it } from 'vitest'
import { type OAuth2Options, oauth2 } from '../../../src/providers/oauth2/index.ts'
import { refusal, shown } from '../../protocol/refusal.ts'
import { accessToken, CLIENT_SECRET, provider, SETTINGS, TOKEN } from './support.ts'

const refused = (options: object) => refusal(() => provider(options as Partial<OAuth2Options>))
const withAt = (setting: string, value: unknown) =>
  setting === 'account.url' ? { account: { url: value } } : { [setting]: value }

const ENDPOINTS = ['authorizationEndpoint', 'tokenEndpoint', 'revocationEndpoint', 'account.url']

describe('the settings of a plain OAuth 2.0 app', () => {
  it.each(
    ['clientId', 'authorizationEndpoint', 'tokenEndpoint', 'account.url'].flatMap((setting) => [
      [setting, ''] as const,
      [setting, undefined] as const,
    ]),
  )('are refused without %s: %j', async (setting, value) => {
    const error = await refused(withAt(setting, value))
    expect(error.code).toBe('configuration_invalid')
    expect(error.message).toBe(`oauth2 ${setting} is missing.`)
  })

  const BAD_URLS = [
    'canary',
    '/canary',
    'login.canary.example/x',
    'http://login.canary.example/x',
    'http://localhost/canary',
    'javascript:canary',
    'https://',
    'https://user@login.canary.example/x',
    'https://user:canary@login.example/x',
    'https://:canary@login.example/x',
    'https://login.canary.example/x#fragment',
    'https://login.canary.example/x#',
    'blob:https://login.canary.example/x',
  ]

  it.each([...ENDPOINTS, 'issuer'].flatMap((setting) => BAD_URLS.map((url) => [setting, url])))(
    'are refused when %s is %s, which is not repeated',
    async (setting = '', url = '') => {
      const error = await refused(withAt(setting, url))
      expect(error.code).toBe('configuration_invalid')
      expect(error.message).toBe(
        `oauth2 ${setting} is not an https URL without credentials and fragment.`,
      )
      expect(shown(error)).not.toContain('canary')
    },
  )

  it.each(ENDPOINTS)('take %s with a port, a path and a query', (setting) => {
    const url = 'https://login.example:8443/tenant/x?a=b'
    expect(() => provider(withAt(setting, url) as Partial<OAuth2Options>)).not.toThrow()
  })

  it.each([
    'canary',
    '',
    'https://api.canary.example/',
    'https://api.canary.example/v1',
    'https://API.canary.example',
    'https://api.canary.example:443',
    'http://api.canary.example',
    'https://user@api.canary.example',
  ])('are refused when an API origin is %j', async (origin) => {
    const error = await refused({ apiOrigins: ['https://api.example', origin] })
    expect(error.code).toBe('configuration_invalid')
    expect(error.message).toMatch(/^oauth2 apiOrigins has one that is no https origin/)
    expect(shown(error)).not.toContain('canary')
  })

  it.each([[[]], [undefined]])('are refused when the API origins are %j', async (apiOrigins) => {
    expect((await refused({ apiOrigins })).message).toBe('oauth2 apiOrigins is empty.')
  })

  it.each(['basic', 'basic-raw', 'post'])('are refused for %s without a secret', async (method) => {
    const options = { clientAuthentication: method, clientSecret: undefined }
    const { code, message } = await refused(options)
    expect(code).toBe('configuration_invalid')
    expect(message).toBe('oauth2 clientSecret is missing, and clientAuthentication needs it.')
  })

  it.each<[string, object]>([
    ['clientSecret is empty', { clientSecret: '' }],
    [
      'clientAuthentication is none of basic, basic-raw, post and none',
      { clientAuthentication: 'constructor' },
    ],
    [
      'clientId has a colon, which basic-raw cannot send',
      { clientId: 'canary:1', clientAuthentication: 'basic-raw' },
    ],
  ])('are refused when %s', async (problem, options) => {
    const error = await refused(options)
    expect(error.message).toBe(`oauth2 ${problem}.`)
    for (const text of ['canary', CLIENT_SECRET]) expect(shown(error)).not.toContain(text)
  })

  it('become a provider with safe assumptions that shows no secret', () => {
    const made = provider()
    expect(made).toMatchObject({
      scopes: ['items:read', 'profile'],
      pkce: true,
      restartsWithoutState: false,
      refreshTokens: 'rotating',
      revokesWholeGrant: false,
      apiOrigins: ['https://api.example'],
      loginParams: [],
    })
    expect(made.acceptToken).toBeUndefined()
    expect(made.webhooks).toBeUndefined()
    expect(made.authorizationHeader(accessToken)).toBe(`Bearer ${TOKEN}`)
    expect(shown(made)).not.toContain('canary')
  })

  it('become what they say', () => {
    const options = {
      pkce: false,
      refreshTokens: 'reusable',
      revokesWholeGrant: true,
      loginParams: ['login_hint'],
      apiOrigins: ['https://api.example', 'https://files.example:8443'],
    } as const
    expect(provider(options)).toMatchObject(options)
  })

  it('are those of a public client without a secret', () => {
    const { clientSecret: _, ...rest } = SETTINGS
    expect(oauth2(rest).pkce).toBe(true)
  })
})

import { describe, expect, it } from 'vitest'
import { type OAuth2Options, oauth2 } from '../../../src/providers/oauth2/index.ts'
import { refusal, shown } from '../../protocol/refusal.ts'
import * as support from './support.ts'

const { accessToken, CLIENT_SECRET, DEFAULTS, NO_ORIGIN, NO_SECRET, NO_URL, provider, REPLACED, SETTINGS, TOKEN } =
  support

const withAt = (setting: string, value: unknown) =>
  setting === 'account.url' ? { account: { url: value } } : { [setting]: value }
const ENDPOINTS = ['authorizationEndpoint', 'tokenEndpoint', 'revocationEndpoint', 'account.url']
const BAD_URLS = [
  ...['canary', '/canary', 'login.canary.example/x', 'javascript:canary', 'https://'],
  ...['http://login.canary.example/x', 'http://localhost/canary', 'blob:https://login.canary.example/x'],
  ...['https://user@login.canary.example/x', 'https://:canary@login.example/x'],
  ...['https://login.canary.example/x#fragment', 'https://login.canary.example/x#'],
]
const BAD_ORIGINS = [
  ...['canary', '', 'https://api.canary.example/', 'https://api.canary.example/v1'],
  ...['https://API.canary.example', 'https://api.canary.example:443'],
  ...['http://api.canary.example', 'https://user@api.canary.example'],
]

const NO_METHOD = 'clientAuthentication is none of basic, basic-raw, post and none'
const METHODS = ['basic', 'basic-raw', 'post']
const COLON = { clientId: 'canary:1', clientAuthentication: 'basic-raw' }

/** Each problem, and the settings that have it. */
const REFUSED: [string, object[]][] = [
  ...['clientId', 'authorizationEndpoint', 'tokenEndpoint', 'account.url'].map((setting): [string, object[]] => [
    `${setting} is missing`,
    [withAt(setting, ''), withAt(setting, undefined)],
  ]),
  ...[...ENDPOINTS, 'issuer'].map((setting): [string, object[]] => [
    `${setting} ${NO_URL}`,
    BAD_URLS.map((url) => withAt(setting, url)),
  ]),
  [NO_ORIGIN, BAD_ORIGINS.map((origin) => ({ apiOrigins: ['https://api.example', origin] }))],
  ['apiOrigins is empty', [{ apiOrigins: [] }, { apiOrigins: undefined }]],
  [NO_SECRET, METHODS.map((clientAuthentication) => ({ clientAuthentication, clientSecret: undefined }))],
  ['clientSecret is empty', [{ clientSecret: '' }]],
  [NO_METHOD, [{ clientAuthentication: 'constructor' }]],
  ['clientId has a colon, which basic-raw cannot send', [COLON]],
]

describe('the settings of a plain OAuth 2.0 app', () => {
  const EACH = REFUSED.flatMap(([problem, settings]) => settings.map((options) => ({ problem, options })))
  it.each(EACH)('are refused: $problem, with $options', async ({ problem, options }) => {
    const error = await refusal(() => provider(options as Partial<OAuth2Options>))
    expect([error.code, error.message]).toEqual(['configuration_invalid', `oauth2 ${problem}.`])
    for (const text of ['canary', CLIENT_SECRET]) expect(shown(error)).not.toContain(text)
  })

  it.each(ENDPOINTS)('allow a port, a path and a query in %s', (setting) => {
    const options = withAt(setting, 'https://login.example:8443/tenant/x?a=b')
    expect(() => provider(options as Partial<OAuth2Options>)).not.toThrow()
  })

  it('have safe defaults, and the provider shows no secret', () => {
    const made = provider()
    const { scopes, apiOrigins } = SETTINGS
    expect(made).toMatchObject({ ...DEFAULTS, scopes, apiOrigins })
    expect([made.acceptToken, made.webhooks]).toEqual([undefined, undefined])
    expect(made.authorizationHeader(accessToken)).toBe(`Bearer ${TOKEN}`)
    expect(shown(made)).not.toContain('canary')
  })

  it('replace the defaults', () => {
    expect(provider(REPLACED)).toMatchObject(REPLACED)
  })

  it('need no secret for a public client', () => {
    const { clientSecret: _, ...rest } = SETTINGS
    expect(oauth2(rest).pkce).toBe(true)
  })
})

import { describe, expect, it } from 'vitest'
import { type OAuth2Options, oauth2 } from '../../../src/providers/oauth2/index.ts'
import { refusal, shown } from '../../protocol/refusal.ts'
import * as support from './support.ts'

const { CLIENT_SECRET, DEFAULTS, NO_ID, NO_ORIGIN, NO_SECRET, NO_URL, provider, REPLACED, SETTINGS, TOKEN } = support
const { API_ORIGINS, MISSING_SECRET, stored, TARGET } = support

const withAt = (setting: string, value: unknown) => ({ [setting]: value })
const ENDPOINTS = [
  'authorizationEndpoint',
  'tokenEndpoint',
  'refreshEndpoint',
  'revocationEndpoint',
  'userinfoEndpoint',
]
const BAD_URLS = [
  ...['canary', '/canary', 'login.canary.example/x', 'javascript:canary', 'https://'],
  ...['http://login.canary.example/x', 'blob:https://login.canary.example/x'],
  ...['https://user@login.canary.example/x', 'https://:canary@login.example/x'],
  ...['https://login.canary.example/x#fragment', 'https://login.canary.example/x#'],
]
const BAD_ORIGINS = [
  ...['https://api.canary.example/', 'https://api.canary.example/v1'],
  ...['https://API.canary.example', 'https://api.canary.example:443'],
]
const NO_ENDPOINT = 'is missing. It is a URL such as https://login.example.com/oauth/token'

const NO_METHOD = 'clientAuthentication is none of basic, basic-raw, post and none'
const METHODS = ['basic', 'basic-raw', 'post']
const COLON = { clientId: 'canary:1', clientAuthentication: 'basic-raw' }

/** Each problem, and the settings that have it. */
const REFUSED: [string, object[]][] = [
  [NO_ID, [{ clientId: '' }, { clientId: undefined }]],
  ...['authorizationEndpoint', 'tokenEndpoint'].map((setting): [string, object[]] => [
    `${setting} ${NO_ENDPOINT}`,
    [withAt(setting, ''), withAt(setting, undefined)],
  ]),
  ...[...ENDPOINTS, 'issuer'].map((setting): [string, object[]] => [
    `${setting} ${NO_URL}`,
    BAD_URLS.map((url) => withAt(setting, url)),
  ]),
  [NO_ORIGIN, BAD_ORIGINS.map((origin) => ({ apiOrigins: ['https://api.example', origin] }))],
  [`apiOrigins ${NO_URL}`, BAD_URLS.map((origin) => ({ apiOrigins: ['https://api.example', origin] }))],
  [
    "apiOrigins is empty. Write apiOrigins: ['https://api.example.com']",
    [{ apiOrigins: [] }, { apiOrigins: undefined }],
  ],
  [NO_SECRET, METHODS.map((clientAuthentication) => ({ clientAuthentication, clientSecret: undefined }))],
  [MISSING_SECRET, [{ clientSecret: '' }, { clientSecret: undefined }]],
  [NO_METHOD, [{ clientAuthentication: 'constructor' }]],
  ['clientId has a colon, which basic-raw cannot send', [COLON]],
]

const SHOP = { details: { shop: 'login.shop' } }
const AT_SHOP = 'https://{shop}/token'
const RESERVED =
  'response_type client_id redirect_uri state scope nonce code_challenge code_challenge_method request request_uri'
const SENT = 'grant_type code code_verifier refresh_token client_id client_secret client_assertion redirect_uri'
/** The option of each mistake, and what has it. */
const MISTAKES: [string, object][] = [
  ...['callbackPath', 'metadataUrl', 'idTokenAlg'].map((name): [string, object] => [name, { [name]: '/x' }]),
  ...[{ url: 'https://api.example/me' }, {}, { id: [] }, { id: 'id' }, { id: 'userinfo' }, { id: 'claims.sub' }].map(
    (account): [string, object] => ['account', { account }],
  ),
  // A browser can change these, and the provider is not asked.
  ['details', { account: { id: 'login.shop' } }],
  ['details', { account: { id: 'callback.realmId' } }],
  ...[{ shop: 'login.shop' }, { shop: 'answer.shop' }, { 'a b': 'token.a' }].map((details): [string, object] => [
    'details',
    { details },
  ]),
  ...RESERVED.split(' ').map((name): [string, object] => [
    'authorizationParams',
    { authorizationParams: { [name]: '' } },
  ]),
  ...SENT.split(' ').map((name): [string, object] => ['tokenParams', { tokenParams: { [name]: '' } }]),
  ['tokenParams', { tokenParams: { x: '{shop}' } }],
  ...['Host', 'cookie', 'connection', 'a b'].map((name): [string, object] => [
    'apiHeaders',
    { apiHeaders: { [name]: '' } },
  ]),
  ['apiHeaders', { apiHeaders: { x: '{client_secret}' } }],
  ...['*', '*.com', 'a.*.com', '*example.com', 'https://a.example', 'a.example/x', 'localhost', ''].map(
    (host): [string, object] => ['hosts', { hosts: [host] }],
  ),
  ['pkce', { pkce: false, clientSecret: undefined, clientAuthentication: 'none' }],
  ['refreshTokens', { refreshTokens: 'canary' }],
  ['authorizationEndpoint', { authorizationEndpoint: 'https://login.example/{region}' }],
  ['tokenEndpoint', { ...SHOP, tokenEndpoint: AT_SHOP }],
  ['tokenEndpoint', { details: { host: 'token.host' }, hosts: ['a.example'], tokenEndpoint: 'https://{host}/token' }],
  ['userinfoEndpoint', { userinfoEndpoint: '{identityUrl}' }],
  ['revocationEndpoint', { revocationEndpoint: { url: `${support.LOGIN}/revoke`, body: 'x' } }],
  ['revocationEndpoint', { revocationEndpoint: [{ url: `${support.LOGIN}/revoke`, form: { token: '{token}' } }] }],
  ['exchangeEndpoint', { exchangeEndpoint: { url: `${support.LOGIN}/x?account={account_id}` } }],
  ['apiOrigins', { apiOrigins: ['{origin}'] }],
]

describe('the settings of a plain OAuth 2.0 app', () => {
  const EACH = REFUSED.flatMap(([problem, settings]) => settings.map((options) => ({ problem, options })))
  it.each(EACH)('are refused: $problem, with $options', async ({ problem, options }) => {
    const error = await refusal(() => provider(options as Partial<OAuth2Options>))
    expect([error.code, error.message]).toEqual(['configuration_invalid', `oauth2 ${problem}.`])
    for (const text of ['canary', CLIENT_SECRET]) expect(shown(error)).not.toContain(text)
  })

  it.each(MISTAKES)('are refused for a mistake in %s: %j', async (option, options) => {
    const error = await refusal(() => provider(options as Partial<OAuth2Options>))
    expect([error.code, error.message.startsWith(`oauth2 ${option} `)]).toEqual(['configuration_invalid', true])
    expect(shown(error)).not.toContain('canary')
  })

  it.each(ENDPOINTS)('allow a port, a path and a query in %s', (setting) => {
    const options = withAt(setting, 'https://login.example:8443/tenant/x?a=b')
    expect(() => provider(options as Partial<OAuth2Options>)).not.toThrow()
  })

  it('have safe defaults, and the provider shows no secret', async () => {
    const made = provider()
    const { scopes, apiOrigins } = SETTINGS
    expect(made).toMatchObject({ ...DEFAULTS, scopes })
    expect(made.apiOrigins(stored())).toEqual(apiOrigins)
    expect([made.acceptToken, made.webhooks]).toEqual([undefined, undefined])
    expect(await made.tokenHeaders(stored(), TARGET)).toEqual({ authorization: `Bearer ${TOKEN}` })
    expect(shown(made)).not.toContain('canary')
  })

  it('replace the defaults', () => {
    const made = provider({ ...REPLACED, apiOrigins: API_ORIGINS })
    expect(made).toMatchObject(REPLACED)
    expect(made.apiOrigins(stored())).toEqual(API_ORIGINS)
  })

  it('need no secret for a public client', () => {
    const { clientSecret: _, ...rest } = SETTINGS
    expect(oauth2(rest).pkce).toBe(true)
  })
})

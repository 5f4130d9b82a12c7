import { expect, it } from 'vitest'

it.each([
  ['', ['OAuthError', 'Secret', 'createOAuth', 'isOAuthError', 'otherScope']],
  ['/dpop', ['dpop']],
  ['/opentelemetry', ['openTelemetry']],
  ['/private-key-jwt', ['privateKeyJwt']],
  [
    '/provider-kit',
    [
      ...['BackChannel', 'bearerError', 'buildAuthorizationUrl', 'codeIn', 'defineProvider', 'formEncode', 'invalid'],
      ...['isHmacHex', 'isUnavailable', 'parseScope', 'postAsClient', 'postJson', 'processTokenResponse'],
      ...['publicClient', 'readJsonObject', 'readToken', 'requestRefresh', 'requestToken', 'secretInBody'],
      ...['secretInHeader', 'unavailable', 'validateAuthorizationResponse'],
    ],
  ],
  ['/providers/mcp', ['mcp']],
  ['/providers/oauth2', ['oauth2']],
  ['/providers/oidc', ['oidc']],
  ['/providers/webflow', ['webflow']],
  ['/stores/cached', ['cachedStore']],
  ['/stores/d1', ['d1Store']],
  ['/stores/kv', ['kvStore']],
  ['/stores/memory', ['memoryStore']],
  [
    '/testing',
    [...['createBrowser', 'fakeClock', 'faultyStore', 'seedConnection', 'seededRandom', 'storeContract', 'workersKv']],
  ],
])('hono-oauth%s exports %j and no more', async (path, names) => {
  expect(Object.keys(await import(`hono-oauth${path}`)).toSorted()).toEqual(names)
})

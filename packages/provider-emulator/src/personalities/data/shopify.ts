import { hmacSha256, toBase64, toHex } from '../../encoding.ts'
import { answer, oauthError, textsOf } from '../answers.ts'
import type { Granted, Json, LoginAnswer, TokenRequest } from '../contexts.ts'
import type { Personality } from '../personality.ts'
import { people } from './people.ts'
import { prefixed } from './tokens.ts'

const shopOf = (granted: Granted): string => `${granted.request['shop']}.myshopify.com`
const shopNameOf = ({ account, request }: Granted): string | undefined =>
  account.shopNames?.get(request['shop'] ?? '') ?? request['shop']
const isOnline = (granted: Granted): boolean => granted.request['grant_options[]'] === 'per-user'
/** A client asks for expiring offline tokens with the code; a refresh continues them. */
const isExpiring = ({ grantType, granted, sent }: TokenRequest): boolean =>
  !isOnline(granted) && (grantType === 'refresh_token' || sent['expiring'] === '1')

/** The signature is over all other members: https://shopify.dev/docs/apps/build/authentication-authorization */
async function callback({ granted, code, state, clientSecret, now }: LoginAnswer): Promise<Json> {
  const host = toBase64(new TextEncoder().encode(`admin.shopify.com/store/${granted.request['shop']}`))
  const members = { host, shop: shopOf(granted), timestamp: Math.floor(now / 1000) }
  const sorted = textsOf({ ...members, code, state }).toSorted(([one], [other]) => (one < other ? -1 : 1))
  const hmac = toHex(await hmacSha256(clientSecret, new URLSearchParams(sorted).toString()))
  return { ...members, hmac }
}

/** https://shopify.dev/changelog/posts/offline-access-tokens-now-support-expiry-and-refresh */
export const shopify: Personality = {
  name: 'shopify',
  title: 'Shopify',
  hosts: ['*.myshopify.com'],
  accounts: people(['902541635', '902541636']),
  authorization: {
    at: '{shop}.myshopify.com/admin/oauth/authorize',
    responseType: 'optional',
    scope: { separator: ',' },
    pkce: 'ignored',
    callback,
  },
  token: {
    at: '{shop}.myshopify.com/admin/oauth/access_token',
    formats: ['json'],
    client: ['post'],
    grantType: 'optional',
    check: ({ granted, sent, grantType }) => {
      if (granted.request['shop'] === sent['shop']) return undefined
      return grantType === 'refresh_token' ? 'refresh' : 'code'
    },
    lifetime: (request) => (isOnline(request.granted) ? 86_400 : isExpiring(request) ? 3600 : null),
    refresh: { kind: 'rotating', lifetime: 90 * 86_400, when: isExpiring },
    accessToken: prefixed('shpua_'),
    answer: ({ accessToken, expiresIn, refreshToken, refreshExpiresIn, granted }) => ({
      access_token: accessToken,
      scope: granted.scopes.join(','),
      expires_in: expiresIn,
      refresh_token: refreshToken,
      refresh_token_expires_in: refreshExpiresIn,
      ...(isOnline(granted)
        ? {
            associated_user_scope: granted.scopes.join(','),
            associated_user: { id: Number(granted.account.id), email: granted.account.email },
          }
        : {}),
    }),
    errors: {
      code: oauthError(400, 'invalid_request', 'The authorization code was not found or was already used'),
      client: oauthError(400, 'invalid_client', 'The client credentials are not valid'), // not verified
      refresh: oauthError(400, 'invalid_grant', 'The refresh token is not valid'), // not verified
    },
  },
  api: {
    header: 'X-Shopify-Access-Token',
    dead: answer(401, { errors: '[API] Invalid API key or access token (unrecognized login or wrong password)' }),
    forbidden: answer(403, { errors: '[API] This action requires merchant approval for read_products scope.' }),
    belongs: ({ granted, params }) => granted.request['shop'] === params['shop'],
    account: {
      at: 'POST {shop}.myshopify.com/admin/api/{version}/graphql.json',
      graphql: 'shop',
      answer: ({ granted }) => ({
        data: { shop: { id: 'gid://shopify/Shop/1', name: shopNameOf(granted), myshopifyDomain: shopOf(granted) } },
      }),
    },
    routes: [
      {
        at: 'GET {shop}.myshopify.com/admin/api/{version}/shop.json',
        answer: ({ granted }) => ({
          shop: { id: 1, name: shopNameOf(granted), myshopify_domain: shopOf(granted) },
        }),
      },
    ],
  },
  revocations: [
    {
      // Uninstalls the app, so it ends all tokens of the shop.
      at: 'DELETE {shop}.myshopify.com/admin/api_permissions/current.json',
      client: 'token',
      ends: 'alike',
      isLike: (one, other) => shopOf(one) === shopOf(other),
      success: answer(200, null),
    },
  ],
  sources: {
    marks: { authorization: 'D', token: 'D', refresh: 'D', revocation: 'I', account: 'I', errors: 'U' },
    pages: [
      'https://shopify.dev/changelog/posts/offline-access-tokens-now-support-expiry-and-refresh',
      'https://github.com/Shopify/shopify-app-js',
    ],
  },
}

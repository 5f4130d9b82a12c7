import { OAuthError } from 'hono-oauth'
import { oauth2 } from 'hono-oauth/providers/oauth2'
import { oidc } from 'hono-oauth/providers/oidc'
import { describe, expect, it } from 'vitest'
import { SERVER } from '../cases/field.ts'

const OPENID = { issuer: 'https://as.example', clientId: 'id', clientSecret: 'hidden secret' }
const make = (options: object) => oauth2({ ...SERVER, clientSecret: 'hidden secret', ...options } as never)
const shop = { details: { shop: 'login.shop' }, tokenEndpoint: 'https://{shop}/token' }

/** The sentence that a description is refused with. */
function refusal(create: () => unknown): string {
  try {
    create()
  } catch (error) {
    expect(error).toBeInstanceOf(OAuthError)
    expect((error as OAuthError).code).toBe('configuration_invalid')
    expect((error as OAuthError).message).not.toContain('hidden secret')
    return (error as OAuthError).message
  }
  throw new Error('the description was accepted')
}

describe('a description that cannot be right names the option, and what a right one is like', () => {
  it.each<[object, RegExp]>([
    [{ tokenUrl: 'https://as.example/token' }, /^oauth2 tokenUrl is not an option.*tokenEndpoint/],
    [{ authorizationParams: { state: 'x' } }, /^oauth2 authorizationParams has state.*such as prompt/],
    [{ authorizationParams: { request_uri: 'x' } }, /^oauth2 authorizationParams has request_uri/],
    [{ tokenParams: { grant_type: 'x' } }, /^oauth2 tokenParams has grant_type/],
    [{ tokenParams: { redirect_uri: 'https://evil.example' } }, /^oauth2 tokenParams has redirect_uri/],
    [{ apiHeaders: { cookie: 'x' } }, /^oauth2 apiHeaders has cookie.*notion-version/],
    [{ apiHeaders: { 'Transfer-Encoding': 'x' } }, /^oauth2 apiHeaders has Transfer-Encoding/],
    [{ apiHeaders: { 'a b': 'x' } }, /^oauth2 apiHeaders has a b/],
    [{ hosts: ['*'] }, /^oauth2 hosts has an entry.*\*\.myshopify\.com/],
    [{ hosts: ['*.com'] }, /^oauth2 hosts has an entry/],
    [{ hosts: ['a.*.example.com'] }, /^oauth2 hosts has an entry/],
    [{ hosts: ['https://example.com'] }, /^oauth2 hosts has an entry/],
    [{ hosts: ['example.com/'] }, /^oauth2 hosts has an entry/],
    [{ hosts: ['Example.com'] }, /^oauth2 hosts has an entry/],
    [shop, /^oauth2 tokenEndpoint has a placeholder in its host, and hosts is missing.*hosts: \[/],
    [
      { authorizationEndpoint: 'https://as.example/{team}' },
      /^oauth2 authorizationEndpoint has the placeholder \{team\}.*Known: none/,
    ],
    [{ details: { realm: 'callback.realmId' } }, /^oauth2 details trusts callback\.realmId.*userinfoEndpoint/],
    [{ account: { id: 'callback.realmId' } }, /^oauth2 details trusts callback\.realmId/],
    [{ account: { id: 'login.shop' } }, /^oauth2 details trusts login\.shop/],
    [{ details: { team: 'response.team' } }, /^oauth2 details has the path response\.team.*token\.team\.id/],
    [{ account: { id: 'claims.sub' } }, /^oauth2 account has the path claims\.sub/],
    [{ details: { 'a-b': 'token.a' } }, /^oauth2 details has the name a-b/],
    [{ account: { url: 'https://api.example/me' } }, /^oauth2 account has the member url.*userinfoEndpoint:/],
    [{ account: {} }, /^oauth2 account has no id.*userinfo\.id/],
    [{ pkce: false, clientSecret: undefined, clientAuthentication: 'none' }, /^oauth2 pkce is false.*public client/],
    [{ refreshTokens: 'sometimes' }, /^oauth2 refreshTokens is none of 'rotating'/],
    [{ clientAuthentication: 'jwt' }, /^oauth2 clientAuthentication is none of basic/],
    [{ clientSecret: '' }, /^oauth2 clientSecret is missing/],
    [{ clientId: '' }, /^oauth2 clientId is missing/],
    [{ tokenEndpoint: 'http://as.example/token' }, /^oauth2 tokenEndpoint is not an https URL/],
    [{ tokenEndpoint: 'https://u:p@as.example/token' }, /^oauth2 tokenEndpoint is not an https URL/],
    [{ tokenEndpoint: undefined }, /^oauth2 tokenEndpoint is missing.*such as https/],
    [{ apiOrigins: [] }, /^oauth2 apiOrigins is empty.*api\.example\.com/],
    [{ apiOrigins: ['https://api.example/v2'] }, /^oauth2 apiOrigins has an entry that is no origin/],
    [
      { revocationEndpoint: { uri: 'https://as.example/revoke' } },
      /^oauth2 revocationEndpoint has the member uri.*url/,
    ],
    [
      { revocationEndpoint: { url: 'https://as.example/{nothing}' } },
      /^oauth2 revocationEndpoint has the placeholder \{nothing\}/,
    ],
    [
      { userinfoEndpoint: { url: 'https://api.example/me', form: { a: '{refresh_token}' } } },
      /^oauth2 userinfoEndpoint has the placeholder \{refresh_token\}/,
    ],
  ])('%j', (options, sentence) => {
    expect(refusal(() => make(options))).toMatch(sentence)
  })

  it.each<[object, RegExp]>([
    [{ tokenEndpoint: 'https://as.example/token' }, /^oidc tokenEndpoint is not an option/],
    [{ issuer: 'https://as.example/{claims.tid}' }, /^oidc metadataUrl is missing/],
    [
      { issuer: 'https://{claims.tid}.example', metadataUrl: 'https://as.example/m' },
      /^oidc issuer has a claim in its host/,
    ],
    [{ issuer: 'https://as.example?a' }, /^oidc issuer has a query/],
    [{ idTokenAlg: 'HS256' }, /^oidc idTokenAlg is none of RS256/],
    [{ clockToleranceSeconds: -1 }, /^oidc clockToleranceSeconds is no number/],
  ])('oidc: %j', (options, sentence) => {
    expect(refusal(() => oidc({ ...OPENID, ...options } as never))).toMatch(sentence)
  })
})

it.each<[string, object]>([
  ['a tenant that the provider checks', { ...shop, hosts: ['*.myshopify.com'] }],
  ['a redirect URI that a refresh repeats', { tokenParams: { redirect_uri: '{redirect_uri}' } }],
  ['a server on this machine', { tokenEndpoint: 'http://tenant.localhost:8080/token' }],
])('takes %s', (_title, options) => {
  expect(make(options)).toHaveProperty('authorize')
})

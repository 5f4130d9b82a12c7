import { describe, expect, it } from 'vitest'
import type { Provider } from '../../src/providers/contract.ts'
import { airtable } from '../../src/providers/presets/airtable.ts'
import { asana } from '../../src/providers/presets/asana.ts'
import { bigcommerce } from '../../src/providers/presets/bigcommerce.ts'
import { canva } from '../../src/providers/presets/canva.ts'
import { cloudflare } from '../../src/providers/presets/cloudflare.ts'
import { linear } from '../../src/providers/presets/linear.ts'
import { mailchimp } from '../../src/providers/presets/mailchimp.ts'
import { monday } from '../../src/providers/presets/monday.ts'
import { netlify } from '../../src/providers/presets/netlify.ts'
import { quickbooks } from '../../src/providers/presets/quickbooks.ts'
import { spotify } from '../../src/providers/presets/spotify.ts'
import { squarespace } from '../../src/providers/presets/squarespace.ts'
import { strava } from '../../src/providers/presets/strava.ts'
import { supabase } from '../../src/providers/presets/supabase.ts'
import { vercel } from '../../src/providers/presets/vercel.ts'
import { wordpress, wordpressUser } from '../../src/providers/presets/wordpress.ts'
import { xero } from '../../src/providers/presets/xero.ts'
import { zoho } from '../../src/providers/presets/zoho.ts'
import { zoom } from '../../src/providers/presets/zoom.ts'
import { Secret } from '../../src/secret.ts'
import { json, NO_REQUEST, over } from '../protocol/fake-fetch.ts'
import { CHALLENGE, CLIENT_ID, callback, REDIRECT_URI, STATE, TOKEN, VERIFIER } from '../providers/oauth2/support.ts'

const app = { clientId: CLIENT_ID, clientSecret: 'secret' }
// biome-ignore lint/suspicious/noExplicitAny: a table of presets whose scopes and settings differ
type AnyPreset = (settings: any) => Provider<any, any, any, any>

const PKCE = { code_challenge: CHALLENGE, code_challenge_method: 'S256' }
/** The preset, settings beside the credentials, the authorization endpoint, and the parameters that are the preset's. */
const PRESETS: readonly [string, AnyPreset, object, string, object][] = [
  ['linear', linear, { scopes: ['read', 'write'] }, 'linear.app/oauth/authorize', { ...PKCE, scope: 'read,write' }],
  ['asana', asana, { scopes: ['a:read', 'b'] }, 'app.asana.com/-/oauth_authorize', { ...PKCE, scope: 'a:read b' }],
  ['monday', monday, {}, 'auth.monday.com/oauth2/authorize', { ...PKCE, scope: 'me:read account:read' }],
  ['airtable', airtable, { scopes: ['a', 'b'] }, 'airtable.com/oauth2/v1/authorize', { ...PKCE, scope: 'a b' }],
  ['zoom', zoom, { scopes: ['a', 'b'] }, 'zoom.us/oauth/authorize', { ...PKCE, scope: 'a b' }],
  ['spotify', spotify, { scopes: ['a', 'b'] }, 'accounts.spotify.com/authorize', { ...PKCE, scope: 'a b' }],
  ['strava', strava, { scopes: ['a', 'b'] }, 'www.strava.com/oauth/authorize', { scope: 'a,b' }],
  ['quickbooks', quickbooks, { scopes: ['a', 'b'] }, 'appcenter.intuit.com/connect/oauth2', { ...PKCE, scope: 'a b' }],
  ['xero', xero, {}, 'login.xero.com/identity/connect/authorize', { ...PKCE, scope: 'openid profile offline_access' }],
  ['mailchimp', mailchimp, {}, 'login.mailchimp.com/oauth2/authorize', {}],
  [
    'zoho',
    zoho,
    { region: 'ca', scopes: ['a', 'b'] },
    'accounts.zohocloud.ca/oauth/v2/auth',
    { scope: 'a,b', access_type: 'offline', prompt: 'consent' },
  ],
  ['canva', canva, { scopes: ['a', 'b'] }, 'www.canva.com/api/oauth/authorize', { ...PKCE, scope: 'a b' }],
  ['cloudflare', cloudflare, { scopes: ['a', 'b'] }, 'dash.cloudflare.com/oauth2/auth', { ...PKCE, scope: 'a b' }],
  ['vercel', vercel, { slug: 'my-app' }, 'vercel.com/integrations/my-app/new', {}],
  ['netlify', netlify, {}, 'app.netlify.com/authorize', PKCE],
  ['supabase', supabase, {}, 'api.supabase.com/v1/oauth/authorize', PKCE],
  ['wordpress', wordpress, {}, 'public-api.wordpress.com/oauth2/authorize', PKCE],
  ['wordpressUser', wordpressUser, {}, 'public-api.wordpress.com/oauth2/authorize', { ...PKCE, scope: 'auth' }],
  [
    'squarespace',
    squarespace,
    { scopes: ['a', 'b'] },
    'login.squarespace.com/api/1/login/oauth/provider/authorize',
    { scope: 'a,b', access_type: 'offline' },
  ],
  ['bigcommerce', bigcommerce, { scopes: ['a', 'b'] }, 'login.bigcommerce.com/oauth2/authorize', { scope: 'a b' }],
]

describe.each(PRESETS)('%s', (_name, preset, settings, endpoint, own) => {
  const options = { ...app, ...settings }

  it('makes the documented authorization request', async () => {
    const { scopes, pkce, authorizationUrl } = preset(options)
    const request = { state: STATE, redirectUri: REDIRECT_URI, scopes, ...(pkce && { codeVerifier: VERIFIER }) }
    const url = await authorizationUrl(request, ...NO_REQUEST)
    expect(url.host + url.pathname).toBe(endpoint)
    const standard = { response_type: 'code', client_id: CLIENT_ID, redirect_uri: REDIRECT_URI, state: STATE }
    expect(Object.fromEntries(url.searchParams)).toEqual({ ...standard, ...own })
  })

  it('refuses a misspelt option and a missing client id by name', () => {
    expect(() => preset({ ...options, clientSecrte: 'x' })).toThrow(/clientSecrte is not an option/)
    expect(() => preset({ ...options, clientId: undefined })).toThrow(/clientId is missing/)
  })
})

it('the settings of a preset are checked', () => {
  expect(() => vercel({ ...app, slug: '' })).toThrow(/vercel slug is missing/)
  expect(() => zoho({ ...app, region: 'mars' as 'us' })).toThrow(/zoho region is none of us, eu/)
})

/** The result of a login whose token response and account document are these, and the requests that it sent. */
async function login(made: Provider, answer: object, document?: object, query: Record<string, string> = {}) {
  const { sent, work } = over(
    [json({ access_token: TOKEN, ...answer }), ...(document ? [json(document)] : [])],
    (channel) => made.authorize(callback(query), channel),
  )
  return { ...(await work()), sent: sent.map(({ url, body }) => ({ url, body })) }
}
const NOW = callback().now
const jwt = (payload: object) => `e30.${Buffer.from(JSON.stringify(payload)).toString('base64url')}.c2ln`

describe('a login', () => {
  it.each([
    [jwt({ exp: NOW + 900, uid: 1, name: 'é' }), 900],
    [jwt({ exp: NOW - 5 }), 0],
    [jwt({ exp: 'soon' }), undefined],
    ['e30.not+base64url.c2ln', undefined],
    ['opaque', undefined],
  ])('at monday.com reads the lifetime of %s alone', async (token, seconds) => {
    const document = { data: { me: { id: '7', name: 'Ada', account: { id: '9', slug: 'acme' } } } }
    const { tokens, grant } = await login(monday(app), { access_token: token, token_type: 'Bearer' }, document)
    expect(tokens.expiresInSeconds).toBe(seconds)
    expect(grant).toMatchObject({ id: '9/7', details: { accountId: '9', accountSlug: 'acme' } })
  })

  it('at Squarespace reads ends in place of lifetimes', async () => {
    const ends = { access_token_expires_at: `${NOW + 1800}.5`, refresh_token_expires_at: NOW + 604_800 }
    const { tokens } = await login(squarespace(app), { refresh_token: 'r', ...ends }, { id: 's', title: 'Shop' })
    expect(tokens).toMatchObject({ expiresInSeconds: 1800.5, refreshExpiresInSeconds: 604_800 })
    const endless = await login(squarespace(app), {}, { id: 's' })
    expect(endless.tokens.expiresInSeconds).toBeUndefined()
  })

  it('at Strava takes the accepted scopes of the callback', async () => {
    const answer = { token_type: 'Bearer', expires_in: 21_600, athlete: { id: 42, firstname: 'Ada' } }
    const { grant } = await login(strava(app), answer, undefined, { scope: 'read,activity:read' })
    expect(grant).toMatchObject({ scopes: ['read', 'activity:read'], account: { id: '42', name: 'Ada' } })
  })

  it.each([
    ['RefreshToken', 'needs_reauth'],
    ['Application', 'client_rejected'],
    ['Athlete', 'provider_response_invalid'],
  ])('and a refresh at Strava that names %s ends with %s', async (resource, code) => {
    const refusal = json({ message: 'Bad Request', errors: [{ resource, code: 'invalid' }] }, 400)
    const stored = { id: '42', account: { id: '42', name: null }, details: {}, scopes: [] }
    const tokens = { accessToken: new Secret('a'), refreshToken: new Secret('r') }
    const { work } = over([refusal], (channel) => strava(app).renew?.({ ...stored, ...tokens }, channel, NOW))
    await expect(work()).rejects.toMatchObject({ code })
  })

  it('at Zoho goes to the data center of the person, and to no other host', async () => {
    const answer = { token_type: 'Bearer', api_domain: 'https://www.zohoapis.eu' }
    const zuid = { ZUID: 7, Display_Name: 'Ada' }
    const from = (server: string) => login(zoho(app), answer, zuid, { 'accounts-server': server })
    const { sent } = await from('https://accounts.zoho.eu')
    expect(sent.map(({ url }) => url)).toEqual([
      'https://accounts.zoho.eu/oauth/v2/token',
      'https://accounts.zoho.eu/oauth/user/info',
    ])
    await expect(from('https://accounts.zoho.evil.example')).rejects.toMatchObject({
      code: 'authorization_response_invalid',
    })
    expect((await login(zoho(app), answer, zuid)).sent[0]?.url).toBe('https://accounts.zoho.com/oauth/v2/token')
  })

  it('at QuickBooks proves the company of the callback', async () => {
    const made = quickbooks({ ...app, sandbox: true })
    const company = { CompanyInfo: { CompanyName: 'Acme' } }
    const { grant, sent } = await login(made, { token_type: 'bearer' }, company, { realmId: '123' })
    expect(grant).toMatchObject({ id: '123', account: { name: 'Acme' }, details: { realmId: '123' } })
    expect(sent[1]?.url).toBe('https://sandbox-quickbooks.api.intuit.com/v3/company/123/companyinfo/123')
  })

  it('at BigCommerce sends the store of the callback along', async () => {
    const answer = { context: 'stores/abc', user: { email: 'ada@example.com' }, scope: 'store_v2_default' }
    const query = { context: 'stores/abc', scope: 'store_v2_default' }
    const { grant, sent } = await login(bigcommerce(app), answer, undefined, query)
    expect(grant).toMatchObject({ id: 'stores/abc', details: { context: 'stores/abc' } })
    expect(JSON.parse(sent[0]?.body ?? '')).toMatchObject({ ...query, client_secret: 'secret' })
  })

  it.each([
    ['linear', linear(app), { data: { organization: { id: 'o' }, viewer: { id: 'v', name: 'Ada' } } }, 'o/v'],
    ['asana', asana(app), undefined, '12'],
    ['airtable', airtable(app), { id: 'usr1' }, 'usr1'],
    ['zoom', zoom(app), { id: 'z', account_id: 'a' }, 'z'],
    ['spotify', spotify(app), { id: 's' }, 's'],
    ['xero', xero(app), { sub: 'x' }, 'x'],
    ['mailchimp', mailchimp(app), { dc: 'us6', user_id: 1, login: { login_id: 2 } }, '1/2'],
    ['canva', canva(app), { team_user: { team_id: 't', user_id: 'u' } }, 't/u'],
    ['cloudflare', cloudflare(app), { result: { id: 'c' } }, 'c'],
    ['vercel', vercel({ ...app, slug: 'a' }), undefined, 'icfg_1'],
    ['netlify', netlify(app), { id: 'n' }, 'n'],
    ['supabase', supabase(app), undefined, 'default'],
    ['wordpress', wordpress(app), undefined, '99'],
    ['wordpressUser', wordpressUser(app), { ID: 5 }, '5'],
  ] satisfies [string, Provider, object | undefined, string][])(
    'at %s finds the account',
    async (_name, made, document, id) => {
      const data = { id: 12, name: 'Ada' }
      const answer = {
        token_type: 'bearer',
        expires_in: 0,
        data,
        installation_id: 'icfg_1',
        team_id: null,
        blog_id: '99',
      }
      expect((await login(made, answer, document)).grant.id).toBe(id)
    },
  )
})

const FORM = 'token=r&token_type_hint=refresh_token'
const SECRET = { client_id: CLIENT_ID, client_secret: 'secret' }

it.each<[string, Provider, string, string | object]>([
  ['linear', linear(app), 'https://api.linear.app/oauth/revoke', 'refresh_token=r'],
  ['asana', asana(app), 'https://app.asana.com/-/oauth_revoke', `token=r&client_id=${CLIENT_ID}&client_secret=secret`],
  [
    'monday',
    monday(app),
    'https://auth.monday.com/oauth_ms/oauth/revoke',
    { token: 'r', token_type_hint: 'refresh_token', ...SECRET },
  ],
  ['strava', strava(app), 'https://www.strava.com/oauth/revoke', FORM],
  ['quickbooks', quickbooks(app), 'https://developer.api.intuit.com/v2/oauth2/tokens/revoke', { token: 'r' }],
  ['xero', xero(app), 'https://identity.xero.com/connect/revocation', FORM],
  ['zoho', zoho(app), 'https://accounts.zoho.eu/oauth/v2/token/revoke?token=r', ''],
  ['canva', canva(app), 'https://api.canva.com/rest/v1/oauth/revoke', FORM],
  ['supabase', supabase(app), 'https://api.supabase.com/v1/oauth/revoke', { refresh_token: 'r', ...SECRET }],
])('a disconnect from %s sends the documented request', async (_name, made, url, body) => {
  const stored = { id: 'a', account: { id: 'a', name: null }, scopes: [] }
  const details = { accountsServer: 'https://accounts.zoho.eu' }
  const grant = { ...stored, details, accessToken: new Secret('a'), refreshToken: new Secret('r') }
  const { sent, work } = over([json({}), json({})], (channel) => made.revoke(grant, channel, NOW))
  expect(await work()).toBe('revoked')
  expect(sent[0]).toMatchObject({ method: 'POST', url })
  expect(typeof body === 'string' ? sent[0]?.body : JSON.parse(sent[0]?.body ?? '')).toEqual(body)
})

import { describe, expect, it } from 'vitest'
import { BackChannel } from '../../src/protocol/back-channel.ts'
import type { Provider } from '../../src/providers/contract.ts'
import { apple } from '../../src/providers/presets/apple.ts'
import { atlassian } from '../../src/providers/presets/atlassian.ts'
import { bitbucket } from '../../src/providers/presets/bitbucket.ts'
import { box } from '../../src/providers/presets/box.ts'
import { discord } from '../../src/providers/presets/discord.ts'
import { dropbox } from '../../src/providers/presets/dropbox.ts'
import { facebook } from '../../src/providers/presets/facebook.ts'
import { figma } from '../../src/providers/presets/figma.ts'
import { github, githubApp, githubServer } from '../../src/providers/presets/github.ts'
import { gitlab } from '../../src/providers/presets/gitlab.ts'
import { google } from '../../src/providers/presets/google.ts'
import { hubspot } from '../../src/providers/presets/hubspot.ts'
import { linkedin } from '../../src/providers/presets/linkedin.ts'
import { microsoft } from '../../src/providers/presets/microsoft.ts'
import { notion } from '../../src/providers/presets/notion.ts'
import { salesforce } from '../../src/providers/presets/salesforce.ts'
import { shopify } from '../../src/providers/presets/shopify.ts'
import { slack, slackUser } from '../../src/providers/presets/slack.ts'
import { stripe } from '../../src/providers/presets/stripe.ts'
import { x } from '../../src/providers/presets/x.ts'
import { STATE, VERIFIER } from '../providers/oauth2/support.ts'

type Settings = Record<string, unknown>
// biome-ignore lint/suspicious/noExplicitAny: each preset has scopes and settings of its own
type AnyPreset = (settings: any) => Provider<any, any, any, any>

const APP = { clientId: 'client-id-1', clientSecret: 'canary-client-secret' }
const APPLE = { key: { teamId: 'team', keyId: 'key', privateKey: 'canary-private-key' } }
const TENANT = '00000000-0000-4000-8000-000000000001'
const MICROSOFT = 'https://login.microsoftonline.com'
const GOOGLE = 'https://accounts.google.com'
const DOMAIN = 'a.my.salesforce.com'
const SALESFORCE = '/services/oauth2/authorize'
const ATLASSIAN = { audience: 'api.atlassian.com', prompt: 'consent' }

/** An authorization request with the scopes `a` and `b`: its endpoint, and the parameters beside those of each request. */
type Row = readonly [name: string, preset: AnyPreset, endpoint: string, params: Params, own?: Settings]
type Params = Record<string, string>

const [SPACE, COMMA] = [{ scope: 'a b' }, { scope: 'a,b' }]
const OPENID = { scope: 'openid a b' }

const WITH_PKCE: readonly Row[] = [
  ['github', github, 'https://github.com/login/oauth/authorize', SPACE],
  ['githubApp', githubApp, 'https://github.com/login/oauth/authorize', SPACE],
  ['githubServer', githubServer('git.example'), 'https://git.example/login/oauth/authorize', SPACE],
  ['gitlab', gitlab, 'https://gitlab.com/oauth/authorize', SPACE],
  ['gitlab, self-managed', gitlab, 'https://git.example:8443/oauth/authorize', SPACE, { host: 'git.example:8443' }],
  ['google', google, `${GOOGLE}/authorize`, { ...OPENID, access_type: 'offline', prompt: 'consent' }],
  ...['common', 'organizations', 'consumers', TENANT].map(
    (tenant): Row => [`microsoft, ${tenant}`, microsoft, `${MICROSOFT}/${tenant}/v2.0/authorize`, OPENID, { tenant }],
  ),
  ['apple', apple, 'https://appleid.apple.com/authorize', { ...OPENID, response_mode: 'form_post' }, APPLE],
  ['discord', discord, 'https://discord.com/oauth2/authorize', SPACE],
  ['x', x, 'https://x.com/i/oauth2/authorize', SPACE],
  ['facebook', facebook, 'https://www.facebook.com/v24.0/dialog/oauth', SPACE],
  ['hubspot', hubspot, 'https://app.hubspot.com/oauth/authorize', SPACE],
  ['salesforce', salesforce, `https://login.salesforce.com${SALESFORCE}`, SPACE],
  ['salesforce, My Domain', salesforce, `https://${DOMAIN}${SALESFORCE}`, SPACE, { loginHost: DOMAIN }],
  ['figma', figma, 'https://www.figma.com/oauth', SPACE],
  ['dropbox', dropbox, 'https://www.dropbox.com/oauth2/authorize', { ...SPACE, token_access_type: 'offline' }],
  ['atlassian', atlassian, 'https://auth.atlassian.com/authorize', { ...SPACE, ...ATLASSIAN }],
]

const WITHOUT_PKCE: readonly Row[] = [
  ['bitbucket', bitbucket, 'https://bitbucket.org/site/oauth2/authorize', SPACE],
  ['slack', slack, 'https://slack.com/oauth/v2/authorize', COMMA],
  ['slackUser', slackUser, 'https://slack.com/oauth/v2/authorize', { user_scope: 'a,b' }],
  ['linkedin', linkedin, 'https://www.linkedin.com/oauth/v2/authorization', SPACE],
  ['notion', notion, 'https://api.notion.com/v1/oauth/authorize', { ...SPACE, owner: 'user' }],
  ['shopify', shopify, 'https://a.myshopify.com/admin/oauth/authorize', COMMA],
  ['stripe', stripe, 'https://connect.stripe.com/oauth/authorize', SPACE],
  ['box', box, 'https://account.box.com/api/oauth2/authorize', SPACE],
]

const TABLE = [WITH_PKCE, WITHOUT_PKCE].flatMap((rows) =>
  rows.map(([name, preset, endpoint, params, own]) => ({
    name,
    preset,
    endpoint,
    params,
    own,
    pkce: rows === WITH_PKCE,
  })),
)

/** Presets that request no scope of their own: the app has to choose, or has its scopes at the provider. */
const SCOPELESS: readonly AnyPreset[] = [github, githubApp, slack, slackUser, bitbucket, notion, shopify, box]

/** Answers requests for metadata, with endpoints beside it. */
const metadata = new BackChannel({
  timeoutMs: 1000,
  async fetch(url) {
    const base = url.slice(0, url.indexOf('/.well-known'))
    const shared = base.replace(/(?<=com\/)(common|organizations)/, '{tenantid}')
    const issuer = shared.replace(/(?<=com\/)consumers/, '9188040d-6c67-4c5b-b112-36a304b66dad')
    const [authorization_endpoint, token_endpoint, jwks_uri] = ['authorize', 'token', 'jwks'].map((p) => `${base}/${p}`)
    return Response.json({ issuer, authorization_endpoint, token_endpoint, jwks_uri })
  },
})

function authorizationUrl(provider: Provider, scopes: readonly string[]) {
  const codeVerifier = provider.pkce ? VERIFIER : undefined
  const request = { state: STATE, redirectUri: 'https://app.example/cb', scopes, codeVerifier }
  return provider.authorizationUrl({ ...request, login: { shop: 'a.myshopify.com' } }, metadata, 1_790_000_000)
}

describe.each(TABLE)('the preset $name', ({ preset, endpoint, params, own, pkce }) => {
  it('makes the documented authorization request', async () => {
    const url = await authorizationUrl(preset({ ...APP, ...own }), ['a', 'b'])
    const { nonce: _, code_challenge, ...sent } = Object.fromEntries(url.searchParams)
    expect([`${url.origin}${url.pathname}`, code_challenge !== undefined]).toEqual([endpoint, pkce])
    expect(sent).toEqual({
      ...params,
      response_type: 'code',
      client_id: APP.clientId,
      redirect_uri: 'https://app.example/cb',
      state: STATE,
      ...(pkce && { code_challenge_method: 'S256' }),
    })
  })

  it('requests its own scopes, or none', async () => {
    const provider = preset({ ...APP, ...own })
    const url = await authorizationUrl(provider, provider.scopes)
    const sent = url.searchParams.get('scope') ?? url.searchParams.get('user_scope')
    expect(sent === null).toBe(SCOPELESS.includes(preset) || endpoint.startsWith('https://git.example/'))
  })

  it('refuses a misspelt option, and a missing client id', () => {
    const misspelt = /^(oauth2|oidc) clientSecrte is not an option/
    expect(() => preset({ ...APP, ...own, clientSecrte: 'a' })).toThrow(misspelt)
    expect(() => preset({ ...APP, ...own, clientId: undefined })).toThrow(/^(oauth2|oidc) clientId is missing/)
  })
})

describe('a preset with settings of its own', () => {
  it.each<[string, () => unknown]>([
    ['githubServer host', () => githubServer('https://git.example')],
    ['gitlab host', () => gitlab({ ...APP, host: 'https://git.example' })],
    ['salesforce loginHost', () => salesforce({ ...APP, loginHost: 'a.my.salesforce.com/x' })],
    ['microsoft tenant', () => microsoft({ ...APP, tenant: 'example.onmicrosoft.com' })],
    ['microsoft tenant', () => (microsoft as AnyPreset)(APP)],
    ['apple key.teamId', () => (apple as AnyPreset)(APP)],
    ['apple key.privateKey', () => apple({ ...APP, key: { ...APPLE.key, privateKey: '' } })],
  ])('names the setting that is wrong: %s', (setting, make) => {
    expect(make).toThrow(new RegExp(`^${setting} is `))
  })
})

import { createHmac, generateKeyPairSync } from 'node:crypto'
import { jwtVerify, UnsecuredJWT } from 'jose'
import { describe, expect, it } from 'vitest'
import { BackChannel } from '../../src/protocol/back-channel.ts'
import type { CallbackRequest, Provider } from '../../src/providers/contract.ts'
import { apple } from '../../src/providers/presets/apple.ts'
import { dropbox } from '../../src/providers/presets/dropbox.ts'
import { facebook } from '../../src/providers/presets/facebook.ts'
import { github } from '../../src/providers/presets/github.ts'
import { hubspot } from '../../src/providers/presets/hubspot.ts'
import { microsoft } from '../../src/providers/presets/microsoft.ts'
import { salesforce } from '../../src/providers/presets/salesforce.ts'
import { shopify } from '../../src/providers/presets/shopify.ts'
import { slack, slackUser } from '../../src/providers/presets/slack.ts'

const APP = { clientId: 'client-id-1', clientSecret: 'canary-client-secret' }
const NOW = 1_790_000_000
const CONSUMERS = '9188040d-6c67-4c5b-b112-36a304b66dad'
const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const KEY = { teamId: 'team', keyId: 'key', privateKey: String(privateKey.export({ type: 'pkcs8', format: 'pem' })) }

interface Sent {
  readonly url: URL
  readonly method: string
  readonly headers: Headers
  readonly body: string
}

/** A back channel that answers by the beginning of the URL, and notes each request. */
function answering(answers: Record<string, unknown>) {
  const sent: Sent[] = []
  const backChannel = new BackChannel({
    timeoutMs: 1000,
    async fetch(url, { method = 'GET', headers, body }) {
      sent.push({ url: new URL(url), method, headers: new Headers(headers), body: String(body ?? '') })
      const found = Object.keys(answers).find((start) => url.startsWith(start))
      const answer = found && answers[found]
      return answer instanceof Response
        ? answer
        : Response.json(answer ?? { error: 'unknown' }, { status: found ? 200 : 404 })
    },
  })
  return { sent, backChannel }
}

function login(provider: Provider, answers: Record<string, unknown>, rest: Partial<CallbackRequest> = {}) {
  const { sent, backChannel } = answering(answers)
  const parameters = new URLSearchParams({ code: 'canary-code', state: 's' })
  const callback = { parameters, state: 's', redirectUri: 'https://app.example/cb', now: NOW, ...rest }
  return provider.authorize(callback, backChannel).then(
    (authorization) => ({ ...authorization, sent, code: undefined }),
    (error: { code: string }) => ({ grant: undefined, tokens: undefined, sent, code: error.code }),
  )
}

describe('Slack', () => {
  const user = { id: 'U1', access_token: 'canary-user', token_type: 'user', scope: 'search:read' }
  const answer = { ok: true, app_id: 'A1', team: { id: 'T1', name: 'Team' }, enterprise: null, authed_user: user }
  const url = 'https://slack.com/api/oauth.v2.access'

  it('has a bot for each workspace, or for an organization', async () => {
    const bot = { ...answer, access_token: 'canary-bot', token_type: 'bot', scope: 'chat:write', bot_user_id: 'B1' }
    const { grant, tokens } = await login(slack(APP), { [url]: bot })
    expect(grant).toMatchObject({ id: 'T1', account: { name: 'Team' }, details: { botUserId: 'B1' } })
    expect([tokens?.accessToken.reveal(), grant?.scopes]).toEqual(['canary-bot', ['chat:write']])
    const all = { ...bot, team: null, enterprise: { id: 'E1', name: 'All' } }
    expect((await login(slack(APP), { [url]: all })).grant?.id).toBe('E1')
  })

  it('has a user of a workspace', async () => {
    const { grant, tokens } = await login(slackUser(APP), { [url]: answer })
    expect([grant?.id, tokens?.accessToken.reveal()]).toEqual(['T1/U1', 'canary-user'])
    expect([grant?.scopes, grant?.details]).toEqual([['search:read'], { appId: 'A1', userId: 'U1' }])
  })

  it('refuses with the status 200', async () => {
    const { code } = await login(slack(APP), { [url]: { ok: false, error: 'invalid_code' } })
    expect(code).toBe('code_rejected')
    const body = JSON.stringify({ ok: false, error: 'missing_scope', needed: 'chat:write' })
    expect(slack(APP).apiError(200, body, new Headers())).toMatchObject({ missingScopes: ['chat:write'] })
    expect(slack(APP).apiError(200, '{"ok":false,"error":"token_revoked"}', new Headers())?.code).toBe('needs_reauth')
    expect(slack(APP).apiError(200, '{"ok":true}', new Headers())).toBeUndefined()
  })
})

describe('Shopify', () => {
  const shop = 'a.myshopify.com'
  const signedBy = (secret: string, query: Record<string, string>) => {
    const parameters = new URLSearchParams({
      code: 'c',
      host: 'a=',
      shop,
      state: 's',
      timestamp: String(NOW),
      ...query,
    })
    parameters.sort()
    parameters.set('hmac', createHmac('sha256', secret).update(parameters.toString()).digest('hex'))
    return parameters
  }
  const answers = { [`https://${shop}/admin/oauth/access_token`]: { access_token: 'canary', scope: 'read_orders' } }
  const from = (parameters: URLSearchParams) => login(shopify(APP), answers, { parameters, login: { shop } })

  it('signs the callback for the shop of the login', async () => {
    const { grant, sent } = await from(signedBy(APP.clientSecret, { timestamp: String(NOW - 90) }))
    expect(grant).toMatchObject({ id: shop, scopes: ['read_orders'], details: { shop } })
    expect(JSON.parse(sent[0]?.body ?? '')).toMatchObject({ expiring: '1', code: 'c', client_secret: APP.clientSecret })
  })

  it.each<[string, URLSearchParams]>([
    ['another secret', signedBy('other', {})],
    ['another shop', signedBy(APP.clientSecret, { shop: 'b.myshopify.com' })],
    ['an old time', signedBy(APP.clientSecret, { timestamp: String(NOW - 91) })],
    ['no time', signedBy(APP.clientSecret, { timestamp: 'x' })],
    ['no signature', new URLSearchParams({ code: 'c', shop, state: 's', timestamp: String(NOW) })],
  ])('is refused with %s', async (_, parameters) => {
    const { code, sent } = await from(parameters)
    expect([code, sent]).toEqual(['authorization_response_invalid', []])
  })
})

describe('Apple', () => {
  const metadata = {
    issuer: 'https://appleid.apple.com',
    authorization_endpoint: 'https://appleid.apple.com/auth/authorize',
    token_endpoint: 'https://appleid.apple.com/auth/token',
    jwks_uri: 'https://appleid.apple.com/auth/keys',
  }
  const answers = {
    'https://appleid.apple.com/.well-known': metadata,
    'https://appleid.apple.com/auth/keys': { keys: [] },
    'https://appleid.apple.com/auth/token': { error: 'invalid_grant' },
  }

  it('gets a client secret that its key has signed', async () => {
    const { code, sent } = await login(apple({ clientId: 'com.example', key: KEY }), answers)
    expect(code).toBe('code_rejected')
    const form = new URLSearchParams(sent.find(({ method }) => method === 'POST')?.body)
    const { payload, protectedHeader } = await jwtVerify(form.get('client_secret') ?? '', publicKey, {
      currentDate: new Date(NOW * 1000),
      audience: 'https://appleid.apple.com',
    })
    expect(payload).toMatchObject({ iss: 'team', sub: 'com.example', iat: NOW, exp: NOW + 300 })
    expect(protectedHeader).toEqual({ alg: 'ES256', kid: 'key' })
  })

  it('refuses a user that is no JSON before it sends the code', async () => {
    const parameters = new URLSearchParams({ code: 'c', state: 's', user: '{' })
    const { code, sent } = await login(apple({ clientId: 'com.example', key: KEY }), answers, { parameters })
    expect([code, sent.some(({ method }) => method === 'POST')]).toEqual(['authorization_response_invalid', false])
  })
})

describe('Microsoft', () => {
  const base = 'https://login.microsoftonline.com'
  const answersWith = (tenant: string, tid: string) => ({
    [`${base}/${tenant}/v2.0/.well-known`]: {
      issuer: `${base}/{tenantid}/v2.0`,
      authorization_endpoint: `${base}/${tenant}/oauth2/v2.0/authorize`,
      token_endpoint: `${base}/${tenant}/oauth2/v2.0/token`,
      jwks_uri: `${base}/${tenant}/discovery/v2.0/keys`,
    },
    [`${base}/${tenant}/discovery`]: { keys: [] },
    [`${base}/${tenant}/oauth2/v2.0/token`]: {
      access_token: 'canary',
      token_type: 'Bearer',
      id_token: new UnsecuredJWT({ tid }).encode(),
    },
  })

  // The ID tokens have no signature: one that this preset does not refuse itself fails the check that comes next.
  it.each([
    ['organizations', CONSUMERS, 'code_rejected'],
    ['organizations', '00000000-0000-4000-8000-000000000001', 'provider_response_invalid'],
    ['common', CONSUMERS, 'provider_response_invalid'],
  ])('of %s, with an ID token of the tenant %s: %s', async (tenant, tid, expected) => {
    const { code } = await login(microsoft({ ...APP, tenant }), answersWith(tenant, tid))
    expect(code).toBe(expected)
  })
})

describe('Facebook', () => {
  const token = 'https://graph.facebook.com/v24.0/oauth/access_token'
  const refusal = (code: number) => Response.json({ error: { type: 'OAuthException', code } }, { status: 400 })

  it('trades the token of a login for a long one', async () => {
    const { grant, tokens, sent } = await login(facebook({ ...APP, clientSecret: "canary'&secret" }), {
      [`${token}?`]: { access_token: 'canary-long', token_type: 'bearer', expires_in: 5_184_000 },
      [token]: { access_token: 'canary-short', token_type: 'bearer', expires_in: 5000 },
      'https://graph.facebook.com/v24.0/me': { id: '7', name: 'Ada' },
    })
    expect([grant?.id, tokens?.accessToken.reveal(), tokens?.expiresInSeconds]).toEqual(['7', 'canary-long', 5_184_000])
    expect(Object.fromEntries(sent[1]?.url.searchParams ?? [])).toEqual({
      grant_type: 'fb_exchange_token',
      client_id: APP.clientId,
      client_secret: "canary'&secret",
      fb_exchange_token: 'canary-short',
    })
  })

  it.each([
    [100, 'code_rejected'],
    [190, 'code_rejected'],
    [1, 'provider_response_invalid'],
  ])('refuses a code with the error %i: %s', async (code, expected) => {
    expect((await login(facebook(APP), { [token]: refusal(code) })).code).toBe(expected)
  })
})

describe('other presets', () => {
  it('GitHub: refuses a code with the status 200', async () => {
    const answers = { 'https://github.com/login/oauth/access_token': { error: 'bad_verification_code' } }
    expect((await login(github(APP), answers)).code).toBe('code_rejected')
  })

  it('HubSpot: reads the list of scopes and the number of the portal', async () => {
    const answer = { access_token: 'canary', expires_in: 1800, hub_id: 7, user_id: 8, scopes: ['oauth', 'tickets'] }
    const { grant } = await login(hubspot(APP), { 'https://api.hubapi.com/oauth/2026-03/token': answer })
    expect(grant).toMatchObject({ id: '7', scopes: ['oauth', 'tickets'], details: { hubId: '7', userId: '8' } })
  })

  it.each([
    ['https://eu1.salesforce.com', undefined],
    ['https://eu1.salesforce.com.example', 'provider_response_invalid'],
  ])('Salesforce: has the API of the instance %s: %s', async (instance_url, expected) => {
    const id = 'https://login.salesforce.com/id/00D/005'
    const answer = { access_token: 'canary', token_type: 'Bearer', instance_url, id }
    const { code, grant, tokens } = await login(salesforce(APP), {
      'https://login.salesforce.com/services/oauth2/token': answer,
      [id]: { organization_id: '00D', user_id: '005', display_name: 'Ada' },
    })
    expect([code, grant?.id, tokens?.expiresInSeconds]).toEqual(
      expected ? [expected, undefined, undefined] : [undefined, '00D/005', 7200],
    )
  })

  it('Dropbox: tells a missing scope from a dead token', () => {
    const error = (body: object) => dropbox(APP).apiError(401, JSON.stringify(body), new Headers())
    const missing = { error: { '.tag': 'missing_scope', required_scope: 'files.content.read' } }
    expect(error(missing)).toMatchObject({ code: 'insufficient_scope', missingScopes: ['files.content.read'] })
    expect(error({ error: { '.tag': 'expired_access_token' } })?.code).toBe('needs_reauth')
  })
})

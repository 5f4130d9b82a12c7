import { oidc } from 'hono-oauth/providers/oidc'
import { expect } from 'vitest'
import { fieldCase as row } from './case.ts'
import { example, openField, outcome, token } from './field.ts'

const LIFE = 3600
const both = (request: { fields: Readonly<Record<string, string>> }) =>
  token({ access_token: `at-${request.fields['grant_type']}`, refresh_token: 'rt-1', expires_in: LIFE })

/** A login, and a use of the connection after its access token has ended. */
async function loginAndRefresh(description: object, answers = {}, config = {}) {
  const field = openField(example(description), { '/token': both, '/me': () => ({}), ...answers }, { config })
  const { to, state } = await field.begin()
  await field.comeBack(state)
  field.pass(LIFE + 1)
  await field.use()
  return { field, to: to as URL, code: field.to('/token')[0], refresh: field.to('/token')[1] }
}

/** What a request to the token endpoint must be. */
export const TOKEN_REQUESTS = [
  row('C15', 'Notion: HTTP Basic, a JSON body, and a header at the API and the account', async () => {
    const { field, code, refresh } = await loginAndRefresh(
      {
        tokenFormat: 'json',
        apiHeaders: { 'notion-version': '2025-09-03' },
        userinfoEndpoint: 'https://api.example/account',
        account: { id: 'userinfo.id' },
      },
      { '/account': () => ({ id: 1 }) },
    )
    for (const request of [code, refresh]) {
      expect(request?.headers.get('content-type')).toBe('application/json')
      expect(request?.headers.get('authorization')).toBe(`Basic ${btoa('id:secret')}`)
    }
    expect(JSON.parse(code?.body ?? '')).toMatchObject({ grant_type: 'authorization_code', code: 'code-1' })
    for (const path of ['/account', '/me']) {
      expect(field.to(path)[0]?.headers.get('notion-version')).toBe('2025-09-03')
    }
  }),
  row('C16', 'TikTok: another name for `client_id`, on all legs', async () => {
    const { to, code, refresh } = await loginAndRefresh({
      parameterNames: { client_id: 'client_key' },
      clientAuthentication: 'post',
    })
    for (const fields of [Object.fromEntries(to.searchParams), code?.fields, refresh?.fields]) {
      expect(fields).toMatchObject({ client_key: 'id' })
      expect(fields).not.toHaveProperty('client_id')
    }
  }),
  row('C17', '`resource` on the authorization, the code and the refresh request', async () => {
    const resource = 'https://api.example/a'
    const { to, code, refresh } = await loginAndRefresh({
      authorizationParams: { resource },
      tokenParams: { resource },
    })
    for (const fields of [Object.fromEntries(to.searchParams), code?.fields, refresh?.fields]) {
      expect(fields).toMatchObject({ resource })
    }
  }),
  row('C18', 'Figma: refreshes go to another endpoint', async () => {
    const { field } = await loginAndRefresh({ refreshEndpoint: 'https://api.example/refresh' }, { '/refresh': both })
    expect(field.to('/token')).toHaveLength(1)
    expect(field.to('/refresh')[0]?.fields).toEqual({ grant_type: 'refresh_token', refresh_token: 'rt-1' })
  }),
  row('C19', 'Apple: a client secret that the app makes for each request', async () => {
    const times: number[] = []
    const { code, refresh } = await loginAndRefresh({
      clientAuthentication: 'post',
      clientSecret: async (nowSeconds: number) => `signed-${times.push(nowSeconds)}`,
    })
    expect(code?.fields['client_secret']).toMatch(/^signed-/)
    expect(refresh?.fields['client_secret']).toMatch(/^signed-/)
    expect(refresh?.fields['client_secret']).not.toBe(code?.fields['client_secret'])
    expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBe(LIFE + 1)
  }),
  row(
    'C20',
    'Google: unreserved characters of a secret are not encoded, and `post` is used where the metadata lists it',
    async () => {
      const secret = 'GOCSPX-a_b.c~d'
      const { code } = await loginAndRefresh({ clientSecret: secret })
      expect(atob(code?.headers.get('authorization')?.slice('Basic '.length) ?? '')).toBe(`id:${secret}`)
      const issuer = 'https://as.example'
      const field = openField(oidc({ issuer, clientId: 'id', clientSecret: secret }) as never, {
        '/.well-known/openid-configuration': () => ({
          issuer,
          authorization_endpoint: `${issuer}/authorize`,
          token_endpoint: `${issuer}/token`,
          jwks_uri: `${issuer}/jwks`,
          token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic'],
        }),
        '/jwks': () => ({ keys: [] }),
        '/token': () => Response.json({ error: 'invalid_grant' }, { status: 400 }),
      })
      expect(await outcome(await field.login())).toBe('code_rejected')
      expect(field.to('/token')[0]?.fields).toMatchObject({ client_secret: secret })
      expect(field.to('/token')[0]?.headers.has('authorization')).toBe(false)
    },
  ),
  row('C21', 'eBay: a name in place of the redirect URI; Amazon: another name for the code', async () => {
    const { to, code } = await loginAndRefresh({ redirectUri: 'Our-App-RuName' })
    expect(to.searchParams.get('redirect_uri')).toBe('Our-App-RuName')
    expect(code?.fields['redirect_uri']).toBe('Our-App-RuName')
    const field = openField(
      example({
        authorizationResponse(parameters: URLSearchParams) {
          parameters.set('code', parameters.get('spapi_oauth_code') ?? '')
          return parameters
        },
      }),
      { '/token': both },
    )
    expect((await field.login({ spapi_oauth_code: 'amazon-1' })).status).toBe(303)
    expect(field.to('/token')[0]?.fields['code']).toBe('amazon-1')
  }),
]

import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { callbackOf, isRefusal, type Json, startClient } from './client.ts'

const FORM = { 'Content-Type': 'application/x-www-form-urlencoded' }
const jsonOf = async (response: Response) => (await response.json()) as Json

describe('github', () => {
  it('answers a form, also for errors, unless the request accepts JSON', async () => {
    const { authorize, request, facts } = startClient('github')
    const { code = '' } = await callbackOf(await authorize())
    const client = { client_id: 'github-client-id', client_secret: 'github-client-secret' }
    const redirect_uri = 'https://app.example/auth/github/callback'
    const body = new URLSearchParams({ ...client, code, redirect_uri }).toString()
    const post = () => request(facts.token, { method: 'POST', body, headers: FORM })
    const answer = new URLSearchParams(await (await post()).text())
    expect(answer.get('scope')).toBe('repo,user:email')
    expect(answer.get('access_token')).toMatch(/^gho_/)
    const refused = await post()
    expect(refused.headers.get('Content-Type')).toContain('application/x-www-form-urlencoded')
    expect(new URLSearchParams(await refused.text()).get('error')).toBe('bad_verification_code')
  })

  it('ends one token, or all of the account', async () => {
    const { login, api, request, revoke, facts } = startClient('github')
    const [one, two, three] = [await login(), await login(), await login()]
    await revoke(one)
    expect([(await api(one)).status, (await api(two)).status]).toEqual([401, 200])
    expect((await revoke(one)).status).toBe(404)
    expect((await revoke(two, 'wrong')).status).toBe(401)
    const url = (facts.revoke?.url ?? '').replace(/token$/, 'grant')
    const headers = {
      Authorization: `Basic ${btoa('github-client-id:github-client-secret')}`,
      'Content-Type': 'application/json',
    }
    const body = JSON.stringify({ access_token: two.access_token })
    expect((await request(url, { method: 'DELETE', headers, body })).status).toBe(403)
    Object.assign(headers, { 'User-Agent': 'a client' })
    expect((await request(url, { method: 'DELETE', headers, body })).status).toBe(204)
    expect([(await api(two)).status, (await api(three)).status]).toEqual([401, 401])
  })
})

describe('shopify', () => {
  it('signs the callback with the client secret', async () => {
    const { authorize } = startClient('shopify')
    const { hmac, ...members } = await callbackOf(await authorize())
    expect(members).toMatchObject({ shop: 'ada.myshopify.com', timestamp: '1717243200', state: 'af0ifjsldkj' })
    const sorted = new URLSearchParams(Object.entries(members).toSorted()).toString()
    expect(hmac).toBe(createHmac('sha256', 'shopify-client-secret').update(sorted).digest('hex'))
  })

  it('knows a code and a token only at their shop', async () => {
    const { authorize, exchange, request, sessionOf } = startClient('shopify')
    const callback = await callbackOf(await authorize())
    const session = await sessionOf(await exchange(callback), callback)
    const headers = { 'X-Shopify-Access-Token': session.access_token }
    const url = 'https://grace.myshopify.com/admin/api/2026-07/shop.json'
    expect((await request(url, { headers })).status).toBe(401)
    const refresh = { client_id: 'shopify-client-id', client_secret: 'shopify-client-secret', ...session.members }
    const response = await request('https://grace.myshopify.com/admin/oauth/access_token', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ ...refresh, grant_type: 'refresh_token' }),
    })
    expect(await isRefusal(response, [400, 'invalid_grant'])).toBe(true)
  })

  it('issues offline tokens without end, and online tokens of a person', async () => {
    const { authorize, exchange } = startClient('shopify')
    const offline = await exchange(await callbackOf(await authorize()), { expiring: undefined })
    expect(Object.keys(await jsonOf(offline))).toEqual(['access_token', 'scope'])
    const online = await exchange(await callbackOf(await authorize({ 'grant_options[]': 'per-user' })))
    expect(await jsonOf(online)).toMatchObject({
      expires_in: 86400,
      associated_user: { id: 902541635, email: 'ada@example.com' },
    })
  })
})

it('facebook exchanges an access token for a longer one by GET', async () => {
  const { login, request, account, emulator } = startClient('facebook')
  const session = await login()
  const query = new URLSearchParams({
    grant_type: 'fb_exchange_token',
    client_id: 'facebook-client-id',
    client_secret: 'facebook-client-secret',
    fb_exchange_token: session.access_token,
  })
  const url = `https://graph.facebook.com/v24.0/oauth/access_token?${query}`
  const answer = await jsonOf(await request(url))
  expect(answer).toMatchObject({ token_type: 'bearer', expires_in: 5184000 })
  emulator.control.advance(86_400)
  expect((await account(session)).status).toBe(401)
  const longer = await request(`https://graph.facebook.com/me?access_token=${answer['access_token']}`)
  expect(await jsonOf(longer)).toEqual({ id: '10158000000000001', name: 'Ada Lovelace' })
  expect(await isRefusal(await request(url), [401, '"code":190'])).toBe(true)
  expect(JSON.stringify(emulator.control.requests())).not.toContain(session.access_token)
})

describe('hosts of a connection', () => {
  it('zoho: the region of the account issues and takes the tokens', async () => {
    const { authorize, exchange, login, api, facts } = startClient('zoho')
    const callback = await callbackOf(await authorize({ login_hint: '10002' }))
    expect(callback).toMatchObject({ location: 'eu', 'accounts-server': 'https://accounts.zoho.eu' })
    const elsewhere = { ...callback, 'accounts-server': 'https://accounts.zoho.com' }
    expect(await isRefusal(await exchange(elsewhere), facts.deadCode)).toBe(true)
    const session = await login({ login_hint: '10002' })
    expect(session.members['api_domain']).toBe('https://www.zohoapis.eu')
    expect((await api(session)).status).toBe(200)
    const members = { ...session.members, api_domain: 'https://www.zohoapis.com' }
    expect((await api({ ...session, members })).status).toBe(401)
  })

  it.each([
    ['salesforce', 'https://ada-dev-ed.my.salesforce.com', 'https://login.salesforce.com'],
    ['mailchimp', 'https://us1.api.mailchimp.com', 'https://us2.api.mailchimp.com'],
    ['bigcommerce', '/stores/g5cd38/', '/stores/g5cd39/'],
  ] as const)('%s: a token is valid at %s alone', async (name, own, other) => {
    const { login, request, facts } = startClient(name)
    const { access_token, members } = await login()
    const url = (facts.api?.url ?? '').replaceAll(/\{([\w-]+)\}/g, (_, member: string) => members[member] ?? '')
    const headers = {
      [facts.api?.header ?? 'Authorization']: facts.api?.header ? access_token : `Bearer ${access_token}`,
    }
    expect(url).toContain(own)
    expect((await request(url, { headers })).status).toBe(200)
    expect((await request(url.replace(own, other), { headers })).status).toBe(401)
  })

  it('mailchimp: the metadata names the host, and is 200 for a dead token too', async () => {
    const { login, account } = startClient('mailchimp')
    const session = await login()
    expect(await jsonOf(await account(session))).toMatchObject({
      dc: 'us1',
      api_endpoint: 'https://us1.api.mailchimp.com',
    })
    const dead = await account({ ...session, access_token: 'dead' })
    expect(await isRefusal(dead, [200, 'invalid_token'])).toBe(true)
  })

  it('quickbooks: a token is valid for its company alone', async () => {
    const { login, api } = startClient('quickbooks')
    const session = await login()
    const members = { ...session.members, realmId: '1' }
    expect([(await api(session)).status, (await api({ ...session, members })).status]).toEqual([200, 401])
  })
})

describe('a replaced refresh token', () => {
  it.each([
    ['quickbooks', 86_400],
    ['xero', 1800],
  ] as const)('of %s lives on for %i seconds', async (name, seconds) => {
    const { login, refresh, requestRefresh, emulator, facts } = startClient(name)
    const session = await login()
    await refresh(session)
    emulator.control.advance(seconds - 1)
    expect((await requestRefresh(session)).status).toBe(200)
    emulator.control.advance(1)
    expect(await isRefusal(await requestRefresh(session), facts.deadRefresh ?? [0, ''])).toBe(true)
  })

  it('of airtable ends the grant when it is used again', async () => {
    const { login, refresh, requestRefresh, api, emulator } = startClient('airtable')
    const session = await login()
    const next = await refresh(session)
    await requestRefresh(session)
    expect((await api(next)).status).toBe(401)
    expect(emulator.control.personality('airtable').grants()[0]?.reuseDetectedAt).not.toBeNull()
  })

  it('of linkedin is not prolonged by a refresh', async () => {
    const { login, refresh, requestRefresh, emulator } = startClient('linkedin')
    const session = await login()
    emulator.control.advance(364 * 86_400)
    expect((await refresh(session)).members['refresh_token_expires_in']).toBe('86400')
    emulator.control.advance(86_400)
    expect((await requestRefresh(session)).status).toBe(400)
  })
})

describe('revocation', () => {
  it('asana refuses an access token, and takes an unknown token', async () => {
    const { login, request, facts } = startClient('asana')
    const { access_token } = await login()
    const post = (token: string) => {
      const client = { client_id: 'asana-client-id', client_secret: 'asana-client-secret' }
      return request(facts.revoke?.url ?? '', { method: 'POST', body: new URLSearchParams({ ...client, token }) })
    }
    expect([(await post(access_token)).status, (await post('unknown')).status]).toEqual([400, 200])
  })

  it('linear takes the token of the header, once', async () => {
    const { login, request, facts } = startClient('linear')
    const { access_token } = await login()
    const init = { method: 'POST', headers: { Authorization: `Bearer ${access_token}` } }
    expect((await request(facts.revoke?.url ?? '', init)).status).toBe(200)
    expect((await request(facts.revoke?.url ?? '', init)).status).toBe(400)
  })

  it.each(['discord', 'canva', 'facebook'] as const)('%s ends all connections of the account', async (name) => {
    const { login, api, revoke } = startClient(name)
    const [one, two, other] = [await login(), await login(), await login({ login_hint: 'grace@example.com' })]
    await revoke(one)
    expect((await api(two)).status).toBe((await api(one)).status)
    expect((await api(other)).status).toBe(200)
  })

  it('stripe ends the account, with the secret key as Bearer or as Basic user', async () => {
    const { login, api, request, facts } = startClient('stripe')
    for (const Authorization of ['Bearer sk_test_stripe', `Basic ${btoa('sk_test_stripe:')}`]) {
      const session = await login()
      const body = new URLSearchParams({ client_id: 'stripe-client-id', stripe_user_id: 'acct_1ADA' })
      const response = await request(facts.revoke?.url ?? '', { method: 'POST', headers: { Authorization }, body })
      expect([response.status, (await api(session)).status]).toEqual([200, 401])
    }
  })

  it('hubspot has a form of its version 2026-03', async () => {
    const { login, request, requestRefresh } = startClient('hubspot')
    const session = await login()
    const client = { client_id: 'hubspot-client-id', client_secret: 'hubspot-client-secret' }
    const body = new URLSearchParams({ ...client, token: session.refresh_token })
    const response = await request('https://api.hubapi.com/oauth/2026-03/token/revoke', { method: 'POST', body })
    expect([response.status, (await requestRefresh(session)).status]).toEqual([200, 400])
  })
})

it('starts a login at the store of BigCommerce, without a state', async () => {
  const { request } = startClient('bigcommerce')
  const install = 'https://login.bigcommerce.com/app/bigcommerce-client-id/install?state=not-sent-back'
  const location = new URL((await request(install)).headers.get('location') ?? '')
  expect(location.origin + location.pathname).toBe('https://app.example/auth/bigcommerce/callback')
  expect([...location.searchParams.keys()].toSorted()).toEqual(['account_uuid', 'code', 'context', 'scope'])
})

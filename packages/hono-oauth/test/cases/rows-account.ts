import { expect, vi } from 'vitest'
import { fieldCase as row } from './case.ts'
import { example, held, openField, outcome, token } from './field.ts'

const REVOCATION = { revocationEndpoint: 'https://as.example/revoke' }
/** An account document that names another person at each login. */
const people =
  (...ids: string[]) =>
  () => ({ id: ids.length > 1 ? ids.shift() : ids[0] })

/** Who was connected, and what comes with it. */
export const ACCOUNTS = [
  row('C22', 'Salesforce: the API origin of a connection is in the token answer, on the list of hosts', async () => {
    const provider = example({
      details: { instanceUrl: 'token.instance_url' },
      hosts: ['*.salesforce.com'],
      apiOrigins: ['{instanceUrl}'],
      ...REVOCATION,
    })
    const at = (instance_url: string) => ({
      '/token': () => token({ instance_url }),
      '/me': () => ({}),
      '/revoke': () => ({}),
    })
    const field = openField(provider, at('https://eu1.my.salesforce.com'))
    await field.login()
    expect(await held(field, ({ details }) => details)).toEqual({ instanceUrl: 'https://eu1.my.salesforce.com' })
    await field.use()
    expect(field.to('/me')[0]?.url.href).toBe('https://eu1.my.salesforce.com/me')
    expect(JSON.stringify(await field.connections())).not.toContain('salesforce')
    for (const foreign of [
      'https://evil.example',
      'http://eu1.my.salesforce.com',
      'https://salesforce.com.evil.example',
    ]) {
      const other = openField(provider, at(foreign))
      expect(await outcome(await other.login())).toBe('provider_response_invalid')
      expect(await other.connections()).toEqual([])
      expect(other.to('/revoke')).toHaveLength(1)
      expect(other.sent.map(({ url }) => url.host)).not.toContain(new URL(foreign).host)
    }
  }),
  row('C23', 'Zoho: code, refresh and revocation go to the region of the callback, from a fixed list', async () => {
    const provider = example({
      details: { accounts: 'callback.accounts-server', apiDomain: 'token.api_domain' },
      hosts: ['accounts.zoho.eu', 'www.zohoapis.eu'],
      tokenEndpoint: '{accounts}/oauth/v2/token',
      apiOrigins: ['{apiDomain}'],
      revocationEndpoint: { url: '{accounts}/oauth/v2/token/revoke', form: { token: '{refresh_token}' } },
    })
    const field = openField(provider, {
      'accounts.zoho.eu/oauth/v2/token': () =>
        token({ api_domain: 'https://www.zohoapis.eu', refresh_token: 'rt-1', expires_in: 3600 }),
      'accounts.zoho.eu/oauth/v2/token/revoke': () => ({}),
      'www.zohoapis.eu/me': () => ({}),
    })
    const region = { code: 'code-1', 'accounts-server': 'https://accounts.zoho.eu' }
    expect((await field.login(region)).status).toBe(303)
    field.pass(3601)
    expect((await field.use()).status).toBe(200)
    await field.use((connection) => connection.revoke().then((it) => new Response(it)))
    expect(field.sent.map(({ url }) => `${url.host}${url.pathname}`)).toEqual([
      'accounts.zoho.eu/oauth/v2/token',
      'accounts.zoho.eu/oauth/v2/token',
      'www.zohoapis.eu/me',
      'accounts.zoho.eu/oauth/v2/token/revoke',
    ])
    for (const server of [
      'https://accounts.evil.example',
      'https://accounts.zoho.eu.evil.example',
      'http://accounts.zoho.eu',
      '',
    ]) {
      const other = openField(provider)
      const answer = await other.login({ code: 'code-1', 'accounts-server': server })
      expect(await outcome(answer)).toBe('authorization_response_invalid')
      expect(other.sent).toEqual([])
    }
  }),
  row('C24', 'QuickBooks: two companies of one person are two connections', async () => {
    const provider = example({
      details: { realmId: 'callback.realmId' },
      userinfoEndpoint: 'https://api.example/company/{realmId}',
      account: { id: 'callback.realmId', name: 'userinfo.name' },
      ...REVOCATION,
    })
    let issued = 0
    const field = openField(provider, {
      '/token': () => token({ access_token: `at-${++issued}`, refresh_token: `rt-${issued}` }),
      '/company/1': () => ({ name: 'One' }),
      '/company/2': () => ({ name: 'Two' }),
      '/revoke': () => ({}),
    })
    await field.login({ code: 'c', realmId: '1' })
    await field.login({ code: 'c', realmId: '2' })
    const accounts = (await field.connections()).map(({ account }) => account)
    expect(accounts).toEqual([
      { id: '2', name: 'Two' },
      { id: '1', name: 'One' },
    ])
    expect(field.to('/revoke')).toEqual([])
  }),
  row('C25', 'Strava: the granted scopes are in the callback', async () => {
    const tokenResponse = (answer: object, { callback }: { callback?: URLSearchParams }) => ({
      ...answer,
      scope: callback?.get('scope'),
    })
    const field = openField(example({ tokenResponse }), { '/token': () => token() })
    await field.login({ code: 'c', scope: 'a' })
    expect((await field.connections())[0]?.scopes).toEqual(['a'])
    const refusal = await field.browser.request('/scoped?s=b', { headers: { accept: 'application/json' } })
    expect(await refusal.json()).toMatchObject({ code: 'insufficient_scope', missingScopes: ['b'] })
  }),
  row('C26', 'account documents: in a list with an extra header, nested, by POST, and by GraphQL', async () => {
    const graphql = { query: '{ viewer { id name } }' }
    for (const [description, document, id] of [
      [
        {
          userinfoEndpoint: 'https://api.example/who',
          account: { id: 'userinfo.data.0.id' },
          apiHeaders: { 'client-id': 'id' },
        },
        { data: [{ id: 7 }] },
        '7',
      ],
      [
        { userinfoEndpoint: 'https://api.example/who', account: { id: ['userinfo.team.id', 'userinfo.user.id'] } },
        { team: { id: 'a/b' }, user: { id: 'c' } },
        'a%2Fb/c',
      ],
      [
        { userinfoEndpoint: { url: 'https://api.example/who' }, account: { id: 'userinfo.account_id' } },
        { account_id: 'x' },
        'x',
      ],
      [
        {
          userinfoEndpoint: { url: 'https://api.example/who', json: graphql },
          account: { id: 'userinfo.data.viewer.id' },
        },
        { data: { viewer: { id: 'g' } } },
        'g',
      ],
    ] as const) {
      const field = openField(example(description), { '/token': () => token(), '/who': () => document })
      expect((await field.login()).status).toBe(303)
      expect(await field.connections()).toMatchObject([{ account: { id } }])
      const [request] = field.to('/who')
      expect(request?.headers.get('authorization')).toBe('Bearer at-1')
      expect(request?.method).toBe(typeof description.userinfoEndpoint === 'string' ? 'GET' : 'POST')
      if ('apiHeaders' in description) expect(request?.headers.get('client-id')).toBe('id')
      if (id === 'g') expect(JSON.parse(request?.body ?? '')).toEqual(graphql)
    }
  }),
  row('C27', 'a second login revokes the first one only where both are known to be one account', async () => {
    let issued = 0
    const answers = {
      '/token': () => token({ access_token: `at-${++issued}`, refresh_token: `rt-${issued}` }),
      '/revoke': () => ({}),
    }
    const unknown = openField(example(REVOCATION), answers)
    await unknown.login()
    await unknown.login()
    expect(await unknown.connections()).toHaveLength(1)
    expect(unknown.to('/revoke')).toEqual([])
    const account = { userinfoEndpoint: 'https://api.example/who', account: { id: 'userinfo.id' } }
    const others = openField(example({ ...REVOCATION, ...account }), { ...answers, '/who': people('1', '2') })
    await others.login()
    await others.login()
    expect(await others.connections()).toHaveLength(2)
    expect(others.to('/revoke')).toEqual([])
    const same = openField(example({ ...REVOCATION, ...account }), { ...answers, '/who': people('1') })
    await same.login()
    await same.login()
    expect(await same.connections()).toHaveLength(1)
    await vi.waitFor(() => expect(same.to('/revoke')[0]?.fields['token']).toBe(`rt-${issued - 1}`))
  }),
]

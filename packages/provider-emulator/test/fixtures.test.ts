import { describe, expect, it } from 'vitest'
import { createEmulator, DEFAULT_WEBFLOW_SITES, type Fixtures } from '../src/index.ts'
import { startClient } from './personalities/client.ts'
import { CONTROL, startEmulator } from './support.ts'

const FIXTURES: Fixtures = {
  people: [
    { name: 'Mary Jane Smith', email: 'mary@acme.example', workspace: 'Acme' },
    { name: 'Bo Lee', email: 'bo@acme.example', workspace: 'Acme' },
    { name: 'Kim Park', email: 'kim@other.example', workspace: 'Other' },
  ],
  workspaces: [{ name: 'Acme' }, { name: 'Other' }],
  sites: [
    { name: 'Café Bakery', url: 'https://bakery.example/home' },
    { name: 'Draft', workspace: 'Other' },
  ],
  shops: [{ domain: 'ada', name: 'The Acme Shop' }],
}

describe('a mistake in the fixtures is named', () => {
  it.each([
    [[], 'fixtures must be an object.'],
    [{ persons: [] }, 'fixtures has an unknown member "persons". It may have: people, workspaces, sites, shops.'],
    [{ people: {} }, 'fixtures.people must be an array.'],
    [{ people: [] }, 'fixtures.people is empty. Leave it out for the default ones.'],
    [{ people: ['Ada'] }, 'fixtures.people[0] must be an object.'],
    [{ people: [{ name: 'Ada' }] }, 'fixtures.people[0].email is missing. It must be an e-mail address.'],
    [{ people: [{ name: 'Ada', email: 'ada' }] }, 'fixtures.people[0].email must be an e-mail address.'],
    [{ people: [{ name: ' ', email: 'a@b' }] }, 'fixtures.people[0].name must be a text that is not empty.'],
    [
      { people: [{ name: 'Ada', mail: 'a@b' }] },
      'fixtures.people[0] has an unknown member "mail". It may have: name, email, workspace.',
    ],
    [
      {
        people: [
          { name: 'A', email: 'a@b' },
          { name: 'B', email: 'a@b' },
        ],
      },
      'fixtures.people[1].email is "a@b", as in fixtures.people[0]. Each one needs its own.',
    ],
    [{ sites: [{ name: 'A', url: 'ftp://a.example' }] }, 'fixtures.sites[0].url must be an http or https URL.'],
    [
      { sites: [{ name: 'A', workspace: 'Acm' }], workspaces: [{ name: 'Acme' }] },
      'fixtures.sites[0].workspace is "Acm", which is not in fixtures.workspaces. There are: Acme.',
    ],
    [{ shops: [{ domain: 'a.example', name: 'A' }] }, 'fixtures.shops[0].domain must be letters, digits and hyphens.'],
  ])('%j', (fixtures, message) => {
    expect(() => createEmulator({ fixtures: fixtures as Fixtures })).toThrow(message)
  })
})

describe('fixtures', () => {
  it('are the user, the sites and the workspaces of Webflow', async () => {
    const { token, api } = startEmulator({ fixtures: FIXTURES })
    const accessToken = await token()
    expect(await (await api('/token/authorized_by', accessToken)).json()).toMatchObject({
      email: 'mary@acme.example',
      firstName: 'Mary',
      lastName: 'Jane Smith',
    })
    const { sites } = (await (await api('/sites', accessToken)).json()) as { sites: object[] }
    expect(sites).toMatchObject([
      { displayName: 'Café Bakery', shortName: 'cafe-bakery', customDomains: [{ url: 'bakery.example' }] },
    ])
  })

  it('move the default sites of Webflow to the first workspace', async () => {
    const { token, api } = startEmulator({ fixtures: { workspaces: [{ name: 'Acme' }] } })
    const { sites } = (await (await api('/sites', await token())).json()) as { sites: object[] }
    expect(sites).toHaveLength(DEFAULT_WEBFLOW_SITES.length)
  })

  it('are the owner and the sites of Wix', async () => {
    const { emulator, post } = startEmulator({ fixtures: FIXTURES })
    await post(`${CONTROL}/wix/install`, {})
    expect(emulator.control.wix.instances()).toMatchObject([{ siteDisplayName: 'Café Bakery' }])
  })

  it('are the users of oauth.example, on its page', async () => {
    const { request } = startEmulator({ fixtures: FIXTURES, consent: 'page' })
    const query = new URLSearchParams({
      response_type: 'code',
      client_id: 'example-client',
      code_challenge: 'a'.repeat(43),
      code_challenge_method: 'S256',
    })
    const page = await (await request(`https://oauth.example/authorize?${query}`)).text()
    expect([...page.matchAll(/name="user" value="([^"]+)"/g)].map(([, sub]) => sub)).toEqual([
      'user-1001',
      'user-1002',
      'user-7002',
    ])
  })

  it.each([
    ['github', 'kim@other.example', { id: 587002, name: 'Kim Park', email: 'kim@other.example' }],
    ['github', 'bo@acme.example', { id: 583232, name: 'Bo Lee' }],
  ] as const)('are the accounts of %s: %s', async (name, hint, account) => {
    const client = startClient(name, { fixtures: FIXTURES })
    const session = await client.login({ login_hint: hint })
    expect(await (await client.account(session)).json()).toMatchObject(account)
  })

  it.each([
    ['notion', 'bo@acme.example', { workspace_id: '3c7b1a90-0000-4000-8000-000000000001', workspace_name: 'Acme' }],
    ['notion', 'kim@other.example', { workspace_id: '3c7b1a90-0000-4000-8000-000000000002', workspace_name: 'Other' }],
    ['slack', 'kim@other.example', { team: { id: 'T0SECOND', name: 'Other' } }],
    ['zoho', 'kim@other.example', { api_domain: 'https://www.zohoapis.eu' }],
  ] as const)('are the workspaces of %s: %s', async (name, hint, answer) => {
    const { login } = startClient(name, { fixtures: FIXTURES })
    expect((await login({ login_hint: hint, region: 'eu' })).answer).toMatchObject(answer)
  })

  it('name the shops of Shopify', async () => {
    const client = startClient('shopify', { fixtures: FIXTURES })
    const shop = await (await client.account(await client.login())).json()
    expect(JSON.stringify(shop)).toContain('The Acme Shop')
  })

  it('give way to the options of a provider', async () => {
    const user = { id: 'u', email: 'own@example.com', firstName: 'Own', lastName: 'User' }
    const { token, api } = startEmulator({ fixtures: FIXTURES, webflow: { user } })
    expect(await (await api('/token/authorized_by', await token())).json()).toMatchObject({ email: 'own@example.com' })
  })
})

import { describe, expect, it } from 'vitest'
import type { PersonalityName } from '../../src/index.ts'
import { callbackOf, type Json, startClient } from './client.ts'

const TEXT = expect.any(String)
const ADA = { name: 'Ada Lovelace', email: 'ada@example.com' }

/** The answers to a code that differ from RFC 6749, member for member. */
const ANSWERS: readonly (readonly [PersonalityName, Json])[] = [
  ['github', { access_token: expect.stringMatching(/^gho_/), scope: 'repo,user:email', token_type: 'bearer' }],
  [
    'github-app',
    {
      access_token: expect.stringMatching(/^ghu_/),
      expires_in: 28800,
      refresh_token: TEXT,
      refresh_token_expires_in: 15897600,
      scope: '',
      token_type: 'bearer',
    },
  ],
  [
    'gitlab',
    {
      access_token: TEXT,
      token_type: 'Bearer',
      expires_in: 7200,
      refresh_token: TEXT,
      scope: 'read_user read_api',
      created_at: 1717243200,
    },
  ],
  [
    'slack',
    {
      ok: true,
      app_id: TEXT,
      team: { id: 'T0FIRST', name: TEXT },
      enterprise: null,
      is_enterprise_install: false,
      access_token: TEXT,
      token_type: 'bot',
      scope: 'chat:write,channels:read',
      bot_user_id: TEXT,
      refresh_token: TEXT,
      expires_in: 43200,
      authed_user: { id: 'U0ADA' },
    },
  ],
  [
    'slack-user',
    {
      ok: true,
      app_id: TEXT,
      team: { id: 'T0FIRST', name: TEXT },
      enterprise: null,
      is_enterprise_install: false,
      authed_user: {
        id: 'U0ADA',
        access_token: TEXT,
        token_type: 'user',
        scope: 'search:read',
        refresh_token: TEXT,
        expires_in: 43200,
      },
    },
  ],
  [
    'notion',
    {
      access_token: TEXT,
      token_type: 'bearer',
      refresh_token: TEXT,
      bot_id: TEXT,
      workspace_id: TEXT,
      workspace_name: TEXT,
      workspace_icon: null,
      owner: { type: 'user', user: expect.objectContaining({ name: ADA.name, person: { email: ADA.email } }) },
      duplicated_template_id: null,
    },
  ],
  [
    'hubspot',
    {
      access_token: TEXT,
      refresh_token: TEXT,
      expires_in: 1800,
      token_type: 'bearer',
      hub_id: 62515,
      user_id: 501,
      scopes: ['oauth', 'crm.objects.contacts.read'],
      token_use: 'access',
    },
  ],
  [
    'salesforce',
    {
      access_token: TEXT,
      refresh_token: TEXT,
      signature: TEXT,
      scope: 'api refresh_token',
      instance_url: 'https://ada-dev-ed.my.salesforce.com',
      id: expect.stringMatching(/^https:\/\/login\.salesforce\.com\/id\/\w+\/005ADA$/),
      token_type: 'Bearer',
      issued_at: '1717243200000',
    },
  ],
  [
    'shopify',
    {
      access_token: TEXT,
      scope: 'read_products,write_orders',
      expires_in: 3600,
      refresh_token: TEXT,
      refresh_token_expires_in: 7776000,
    },
  ],
  [
    'stripe',
    {
      access_token: TEXT,
      livemode: false,
      refresh_token: TEXT,
      token_type: 'bearer',
      stripe_publishable_key: TEXT,
      stripe_user_id: 'acct_1ADA',
      scope: 'read_write',
    },
  ],
  ['figma', { user_id: 880001, access_token: TEXT, refresh_token: TEXT, expires_in: 7776000 }],
  ['mailchimp', { access_token: TEXT, expires_in: 0, scope: null }],
  ['monday', { access_token: TEXT, refresh_token: TEXT, token_type: 'Bearer', scope: 'me:read boards:read' }],
  [
    'strava',
    {
      token_type: 'Bearer',
      expires_at: 1717264800,
      expires_in: 21600,
      refresh_token: TEXT,
      access_token: TEXT,
      athlete: { id: 227615, firstname: 'Ada', lastname: 'Lovelace' },
    },
  ],
  [
    'squarespace',
    {
      access_token: TEXT,
      token_type: 'bearer',
      access_token_expires_at: '1717245000',
      refresh_token: TEXT,
      refresh_token_expires_at: '1717848000',
    },
  ],
  [
    'bigcommerce',
    {
      access_token: TEXT,
      scope: TEXT,
      user: { id: 24654, username: ADA.name, email: ADA.email },
      owner: { id: 24654, username: ADA.name, email: ADA.email },
      context: 'stores/g5cd38',
      account_uuid: TEXT,
    },
  ],
  [
    'vercel',
    {
      access_token: TEXT,
      token_type: 'Bearer',
      installation_id: 'icfg_zTuNVUXEAvvnNN3IaqinkyMw',
      user_id: 'zTuNVUXEAvvnNN3IaqinkyMw',
      team_id: null,
    },
  ],
]

it.each(ANSWERS)('%s answers a code in its own shape', async (name, answer) => {
  expect((await startClient(name).login()).answer).toEqual(answer)
})

/** The members that only some answers have. */
it.each([
  ['zoom', { api_url: 'https://api.zoom.us' }],
  ['zoho', { api_domain: 'https://www.zohoapis.com', scope: 'ZohoCRM.users.READ AaaServer.profile.READ' }],
  ['airtable', { refresh_expires_in: 5184000 }],
  ['linkedin', { refresh_token_expires_in: 31536000, expires_in: 5184000 }],
  ['quickbooks', { x_refresh_token_expires_in: 8726400 }],
  ['linear', { scope: 'read write', expires_in: 86399 }],
  ['asana', { data: { id: 4673218951, gid: '4673218951', ...ADA } }],
  ['dropbox', { account_id: 'dbid:ada', expires_in: 14400 }],
  ['microsoft', { ext_expires_in: 3599 }],
  ['wordpress', { blog_id: '30434183' }],
] as const)('%s adds members of its own', async (name, members) => {
  expect((await startClient(name).login()).answer).toMatchObject(members)
})

describe('the callback', () => {
  it.each([
    ['quickbooks', { realmId: '9130347957983501' }],
    ['zoho', { location: 'us', 'accounts-server': 'https://accounts.zoho.com' }],
    ['strava', { scope: 'read,activity:read' }],
    ['stripe', { scope: 'read_write' }],
    ['bigcommerce', { context: 'stores/g5cd38', scope: TEXT, account_uuid: TEXT }],
    ['vercel', { configurationId: 'icfg_zTuNVUXEAvvnNN3IaqinkyMw', next: TEXT }],
  ] as const)('of %s has members of its own', async (name, members) => {
    const callback = await callbackOf(await startClient(name).authorize())
    expect(callback).toEqual({ code: TEXT, state: 'af0ifjsldkj', ...members })
  })
})

describe('a refresh', () => {
  it.each([
    ['slack-user', { token_type: 'user', access_token: TEXT, refresh_token: TEXT }, 'authed_user'],
    ['google', { access_token: TEXT }, 'refresh_token'],
    ['asana', { data: expect.anything() }, 'refresh_token'],
    ['strava', { refresh_token: TEXT }, 'athlete'],
    ['figma', { access_token: TEXT }, 'refresh_token'],
  ] as const)('of %s answers in another shape', async (name, members, absent) => {
    const { login, refresh } = startClient(name)
    const { answer } = await refresh(await login())
    expect(answer).toMatchObject(members)
    expect(answer).not.toHaveProperty(absent)
  })

  it.each(['hubspot', 'linkedin'] as const)('of %s repeats the refresh token', async (name) => {
    const { login, refresh } = startClient(name)
    const session = await login()
    expect((await refresh(session)).refresh_token).toBe(session.refresh_token)
  })

  it.each([
    ['github-app', 401],
    ['gitlab', 401],
    ['discord', 200],
  ] as const)('of %s: the API answers %i to the older access token', async (name, status) => {
    const { login, refresh, api } = startClient(name)
    const session = await login()
    await refresh(session)
    expect((await api(session)).status).toBe(status)
  })

  it.each([
    ['google', { access_type: undefined }],
    ['zoho', { access_type: undefined }],
    ['dropbox', { token_access_type: undefined }],
    ['x', { scope: 'users.read' }],
    ['microsoft', { scope: 'openid' }],
    ['atlassian', { scope: 'read:me' }],
    ['xero', { scope: 'openid' }],
    ['salesforce', { scope: 'api' }],
    ['squarespace', { access_type: undefined }],
  ] as const)('of %s needs a parameter at the login', async (name, parameters) => {
    expect((await startClient(name).login(parameters)).answer).not.toHaveProperty('refresh_token')
  })

  it.each(['google', 'zoho'] as const)('of %s needs a new consent after the first one', async (name) => {
    const { login } = startClient(name)
    expect((await login({ prompt: undefined })).answer).toHaveProperty('refresh_token')
    expect((await login({ prompt: undefined })).answer).not.toHaveProperty('refresh_token')
    expect((await login()).answer).toHaveProperty('refresh_token')
  })
})

import { describe, expect, it } from 'vitest'
import { Webflow, WebflowClient, WebflowError } from 'webflow-api'
import { DEFAULT_WEBFLOW_SITE_TOKEN, DEFAULT_WEBFLOW_SITES } from '../../src/index.ts'
import { startServer } from '../../src/server.ts'
import { startEmulator } from '../../src/vitest.ts'
import { CALLBACK, CLIENT, HEX_64, REVOKE } from '../support.ts'
import { allow, codeOf, errorOf } from './consent.ts'

const emulator = startEmulator({ consent: 'page' })

const client = (accessToken: string, baseUrl?: string) =>
  new WebflowClient({ accessToken, maxRetries: 0, ...(baseUrl === undefined ? {} : { baseUrl }) })

async function login() {
  const scope = ['sites:read', 'authorized_user:read', 'cms:read', 'cms:write'] as const
  const url = WebflowClient.authorizeURL({ clientId: CLIENT.id, redirectUri: CALLBACK, scope: [...scope], state: 'x' })
  const callback = await allow(url)
  expect(callback.searchParams.get('state')).toBe('x')
  const exchange = { clientId: CLIENT.id, clientSecret: CLIENT.secret, code: codeOf(callback) }
  return { exchange, accessToken: await WebflowClient.getAccessToken({ ...exchange, redirectUri: CALLBACK }) }
}

describe("Webflow's own client", () => {
  it('logs in, and asks for the user and the authorization', async () => {
    const { accessToken } = await login()
    expect(accessToken).toMatch(HEX_64)
    expect(await client(accessToken).token.authorizedBy()).toMatchObject({ email: 'ada@example.com' })
    const { authorization, application } = await client(accessToken).token.introspect()
    expect(authorization).toMatchObject({ scope: 'sites:read,authorized_user:read,cms:read,cms:write', rateLimit: 60 })
    expect(application).toMatchObject({ displayName: 'Example App' })
  })

  it('throws its own error for a code that was used', async () => {
    const { exchange } = await login()
    const error = await errorOf(WebflowClient.getAccessToken({ ...exchange, redirectUri: CALLBACK }))
    expect(error).toBeInstanceOf(WebflowError)
    expect(error).toMatchObject({ statusCode: 400, body: { error: 'invalid_grant' } })
  })

  it('lists the sites at a baseUrl, and reads their times', async ({ onTestFinished }) => {
    const server = await startServer(emulator, { port: 0 })
    onTestFinished(() => server.close())
    const { sites } = await client(DEFAULT_WEBFLOW_SITE_TOKEN.token, `${server.url}/api.webflow.com/v2`).sites.list()
    expect(sites).toMatchObject([
      { displayName: DEFAULT_WEBFLOW_SITES[0]?.displayName, lastPublished: expect.any(Date) },
    ])
  })

  it('throws its own error for a token that was revoked; it has no revocation of its own', async () => {
    const { accessToken } = await login()
    const members = { client_id: CLIENT.id, client_secret: CLIENT.secret, access_token: accessToken }
    const revoked = await fetch(REVOKE, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(members),
    })
    expect(await revoked.json()).toEqual({ did_revoke: true })
    const error = await errorOf(client(accessToken).sites.list())
    expect(error).toBeInstanceOf(Webflow.UnauthorizedError)
    expect(error).toMatchObject({ body: { code: 'not_authorized' } })
  })

  it.each([
    ['api-403-scope', Webflow.ForbiddenError, 'missing_scopes'],
    ['api-403-forbidden', Webflow.ForbiddenError, 'forbidden'],
  ])('throws its own error for %s', async (scenario, type, code) => {
    const { accessToken } = await login()
    emulator.control.setScenario('webflow', scenario)
    const error = await errorOf(client(accessToken).token.authorizedBy())
    expect(error).toBeInstanceOf(type)
    expect(error).toMatchObject({ body: { code } })
  })

  it.each([
    ['api-429', Webflow.TooManyRequestsError, 429],
    ['api-500', WebflowError, 500],
  ])('throws its own error for %s', async (scenario, type, statusCode) => {
    const { accessToken } = await login()
    emulator.control.setScenario('webflow', scenario)
    const error = await errorOf(client(accessToken).sites.list())
    expect(error).toBeInstanceOf(type)
    expect(error).toMatchObject({ statusCode })
  })

  it('lists collections, and reads and changes a draft', async () => {
    const { accessToken } = await login()
    const { collections, sites } = client(accessToken)
    const [site] = (await sites.list()).sites ?? []
    const [collection] = (await collections.list(site?.id ?? '')).collections ?? []
    expect(collection).toMatchObject({ displayName: 'Blog Posts', createdOn: expect.any(Date) })
    const id = collection?.id ?? ''
    expect((await collections.get(id)).fields).toMatchObject([
      { slug: 'name' },
      { slug: 'slug' },
      { slug: 'post-body' },
    ])
    const [draft] = (await collections.items.listItems(id)).items ?? []
    const fieldData = { 'post-body': '<p>Open from six.</p>' }
    const changed = await collections.items.updateItem(id, draft?.id ?? '', { fieldData })
    expect(changed).toMatchObject({ isDraft: true, fieldData: { name: draft?.fieldData.name, ...fieldData } })
    expect(await collections.items.getItem(id, draft?.id ?? '')).toEqual(changed)
    expect((await collections.items.listItems(id)).items).toMatchObject([{ id: draft?.id }, {}])
  })

  it.each([
    ['an unknown item', 'none', {}, Webflow.NotFoundError],
    ['an unknown field', undefined, { fieldData: { price: 1 } }, Webflow.BadRequestError],
  ])('throws its own error for %s, and changes nothing', async (_, item, body, type) => {
    const { accessToken } = await login()
    const { collections, sites } = client(accessToken)
    const [site] = (await sites.list()).sites ?? []
    const id = (await collections.list(site?.id ?? '')).collections?.[0]?.id ?? ''
    const before = await collections.items.listItems(id)
    const request = body as Webflow.collections.ItemsUpdateItemRequest
    expect(
      await errorOf(collections.items.updateItem(id, item ?? before.items?.[0]?.id ?? '', request)),
    ).toBeInstanceOf(type)
    expect(await collections.items.listItems(id)).toEqual(before)
  })

  it('verifies webhooks', async () => {
    const { headers, body } = await emulator.control.buildWebhook({ provider: 'webflow', event: 'form_submission' })
    const verify = (secret: string) => client('none').webhooks.verifySignature({ headers, body, secret })
    expect(await verify(CLIENT.secret)).toBe(true)
    expect(await verify('another')).toBe(false)
  })
})

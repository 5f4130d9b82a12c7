import { APIErrorCode, APIResponseError, Client, UnknownHTTPResponseError } from '@notionhq/client'
import { describe, expect, it } from 'vitest'
import { startEmulator } from '../../src/vitest.ts'
import { allow, codeOf, errorOf } from './consent.ts'

const emulator = startEmulator({ consent: 'page' })

const APP = { client_id: 'notion-client-id', client_secret: 'notion-client-secret' }
const redirect_uri = 'https://app.example/auth/notion/callback'

const client = (auth?: string) =>
  new Client({ ...(auth === undefined ? {} : { auth }), retry: false, logger: () => {} })
const token = (members: Parameters<Client['oauth']['token']>[0]) => client().oauth.token(members)

/** The client has no authorization URL of its own: this is the documented one. */
async function login() {
  const query = new URLSearchParams({ client_id: APP.client_id, response_type: 'code', owner: 'user', redirect_uri })
  const code = codeOf(await allow(`https://api.notion.com/v1/oauth/authorize?${query}`))
  return token({ ...APP, grant_type: 'authorization_code', code, redirect_uri })
}

describe("Notion's own client", () => {
  it('logs in, and asks for the bot and for pages', async () => {
    const { access_token, owner, ...answer } = await login()
    expect(answer).toMatchObject({ token_type: 'bearer', workspace_name: 'Workspace of Ada Lovelace' })
    expect(owner).toMatchObject({ type: 'user', user: { person: { email: 'ada@example.com' } } })
    expect(await client(access_token).users.me({})).toMatchObject({ id: answer.bot_id, type: 'bot' })
    expect(await client(access_token).search({})).toMatchObject({ results: [] })
  })

  it('refreshes, once with each token', async () => {
    const { refresh_token } = await login()
    const refresh = () => token({ ...APP, grant_type: 'refresh_token', refresh_token: refresh_token ?? '' })
    const { access_token } = await refresh()
    expect(await client(access_token).users.me({})).toMatchObject({ type: 'bot' })
    const error = await errorOf(refresh())
    expect(error).toBeInstanceOf(UnknownHTTPResponseError)
    expect(error).toMatchObject({ status: 400, body: expect.stringContaining('"error":"invalid_grant"') })
  })

  it('revokes the token', async () => {
    const { access_token } = await login()
    expect(await client().oauth.revoke({ ...APP, token: access_token })).toHaveProperty('request_id')
    const error = await errorOf(client(access_token).users.me({}))
    expect(error).toBeInstanceOf(APIResponseError)
    expect(error).toMatchObject({ status: 401, code: APIErrorCode.Unauthorized, request_id: expect.any(String) })
  })

  it.each([
    ['api-403-scope', 403, APIErrorCode.RestrictedResource],
    ['api-429', 429, APIErrorCode.RateLimited],
  ])('throws its own error for %s', async (scenario, status, code) => {
    const { access_token } = await login()
    emulator.control.setScenario('notion', scenario)
    const error = await errorOf(client(access_token).search({}))
    expect(error).toBeInstanceOf(APIResponseError)
    expect(error).toMatchObject({ status, code })
  })
})

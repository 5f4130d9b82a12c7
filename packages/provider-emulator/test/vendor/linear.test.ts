import { AuthenticationLinearError, ForbiddenLinearError, LinearClient, RatelimitedLinearError } from '@linear/sdk'
import { describe, expect, it } from 'vitest'
import { startEmulator } from '../../src/vitest.ts'
import { allow, codeOf, errorOf } from './consent.ts'

const emulator = startEmulator({ consent: 'page' })

const APP = { client_id: 'linear-client-id', client_secret: 'linear-client-secret' }
const redirect_uri = 'https://app.example/auth/linear/callback'

/** The client has no OAuth requests of its own: these are the documented ones. */
const post = (path: string, members: Record<string, string>) =>
  fetch(`https://api.linear.app/oauth/${path}`, { method: 'POST', body: new URLSearchParams(members) })

async function login() {
  const query = new URLSearchParams({
    client_id: APP.client_id,
    redirect_uri,
    response_type: 'code',
    scope: 'read,write',
  })
  const code = codeOf(await allow(`https://linear.app/oauth/authorize?${query}`))
  const answer = await post('token', { ...APP, grant_type: 'authorization_code', code, redirect_uri })
  const { access_token } = (await answer.json()) as { access_token: string }
  return { access_token, linear: new LinearClient({ accessToken: access_token }) }
}

describe("Linear's own client", () => {
  it('asks for the user and the issues', async () => {
    const { linear } = await login()
    expect(await linear.viewer).toMatchObject({ id: 'user-ada', name: 'Ada Lovelace', email: 'ada@example.com' })
    expect(await linear.issues()).toMatchObject({ nodes: [], pageInfo: { hasNextPage: false } })
  })

  it('throws its own error for a token that was revoked', async () => {
    const { linear, access_token } = await login()
    expect((await post('revoke', { access_token })).status).toBe(200)
    const error = await errorOf(linear.issues())
    expect(error).toBeInstanceOf(AuthenticationLinearError)
    expect(error).toMatchObject({ status: 401, errors: [{ userError: true }] })
  })

  it.each([
    ['api-403-scope', ForbiddenLinearError, { status: 403 }],
    ['api-429', RatelimitedLinearError, { status: 400, retryAfter: 60, requestsRemaining: 0 }],
  ])('throws its own error for %s', async (scenario, type, members) => {
    const { linear } = await login()
    emulator.control.setScenario('linear', scenario)
    const error = await errorOf(linear.issues())
    expect(error).toBeInstanceOf(type)
    expect(error).toMatchObject(members)
  })
})

import { WebAPIPlatformError, WebAPIRateLimitedError, WebClient } from '@slack/web-api'
import { describe, expect, it } from 'vitest'
import { startEmulator } from '../../src/vitest.ts'
import { allow, codeOf, errorOf } from './consent.ts'

const emulator = startEmulator({ consent: 'page' })

const client = (token?: string) => new WebClient(token, { rejectRateLimitedCalls: true })

const APPS = [
  ['slack', { scope: 'chat:write,channels:read' }, 'bot'],
  ['slack-user', { user_scope: 'search:read' }, 'user'],
] as const

/** The client has no authorization URL of its own: this is the documented one. */
async function login(name: 'slack' | 'slack-user', scopes: Readonly<Record<string, string>>) {
  const app = { client_id: `${name}-client-id`, client_secret: `${name}-client-secret` }
  const redirect_uri = `https://app.example/auth/${name}/callback`
  const query = new URLSearchParams({ ...scopes, client_id: app.client_id, redirect_uri, state: 's' })
  const code = codeOf(await allow(`https://slack.com/oauth/v2/authorize?${query}`))
  const answer = await client().oauth.v2.access({ ...app, code, redirect_uri })
  const { access_token = '', refresh_token = '' } = name === 'slack' ? answer : (answer.authed_user ?? {})
  return { app, code, answer, access_token, refresh_token }
}

describe("Slack's own client", () => {
  it.each(APPS)('logs in as %s, and asks whose token it is', async (name, scopes, type) => {
    const { answer, access_token, app, code } = await login(name, scopes)
    expect(answer).toMatchObject({ ok: true, team: { id: 'T0FIRST' }, authed_user: { id: 'U0ADA' } })
    expect(type === 'bot' ? answer : answer.authed_user).toMatchObject({ token_type: type, expires_in: 43_200 })
    const test = await client(access_token).auth.test()
    expect(test).toMatchObject({ ok: true, team_id: 'T0FIRST', user_id: 'U0ADA', user: 'Ada Lovelace' })
    const error = await errorOf(client().oauth.v2.access({ ...app, code }))
    expect(error).toBeInstanceOf(WebAPIPlatformError)
    expect(error).toMatchObject({ data: { ok: false, error: 'invalid_code' } })
  })

  it.each(APPS)('refreshes as %s, once with each token', async (name, scopes, type) => {
    const { app, refresh_token } = await login(name, scopes)
    const refresh = () => client().oauth.v2.access({ ...app, grant_type: 'refresh_token', refresh_token })
    const answer = await refresh()
    expect(answer).toMatchObject({ token_type: type, refresh_token: expect.not.stringMatching(refresh_token) })
    expect(await client(answer.access_token).conversations.list()).toMatchObject({ channels: [] })
    expect(await errorOf(refresh())).toMatchObject({ data: { error: 'invalid_refresh_token' } })
  })

  it('revokes a token', async () => {
    const { access_token } = await login('slack', APPS[0][1])
    expect(await client(access_token).auth.revoke()).toMatchObject({ revoked: true })
    const error = await errorOf(client(access_token).auth.test())
    expect(error).toBeInstanceOf(WebAPIPlatformError)
    expect(error).toMatchObject({ data: { error: 'token_expired' } })
  })

  it('uninstalls the app, with its client id and secret', async () => {
    const { app, access_token } = await login('slack', APPS[0][1])
    const uninstall = (client_secret: string) => client(access_token).apps.uninstall({ ...app, client_secret })
    expect(await errorOf(uninstall('wrong'))).toMatchObject({ data: { error: 'bad_client_secret' } })
    expect(await uninstall(app.client_secret)).toMatchObject({ ok: true })
    expect(await errorOf(client(access_token).auth.test())).toBeInstanceOf(WebAPIPlatformError)
  })

  it('throws its own errors for a missing scope and for too many requests', async () => {
    const { access_token } = await login('slack', APPS[0][1])
    const list = () => errorOf(client(access_token).conversations.list())
    emulator.control.setScenario('slack', 'api-403-scope', 1)
    expect(await list()).toMatchObject({ data: { error: 'missing_scope', needed: 'channels:read' } })
    emulator.control.setScenario('slack', 'api-429', 1)
    const error = await list()
    expect(error).toBeInstanceOf(WebAPIRateLimitedError)
    expect(error).toMatchObject({ retryAfter: 30 })
  })
})

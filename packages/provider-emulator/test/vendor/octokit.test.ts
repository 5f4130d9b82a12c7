import { Octokit } from '@octokit/core'
import * as oauth from '@octokit/oauth-methods'
import { describe, expect, it } from 'vitest'
import { startEmulator } from '../../src/vitest.ts'
import { allow, codeOf, errorOf } from './consent.ts'

const emulator = startEmulator({ consent: 'page' })

const clientOf = (name: 'github' | 'github-app') => ({
  clientId: `${name}-client-id`,
  clientSecret: `${name}-client-secret`,
})
const OAUTH_APP = { clientType: 'oauth-app', ...clientOf('github') } as const
const GITHUB_APP = { clientType: 'github-app', ...clientOf('github-app') } as const

async function login(): Promise<string> {
  const redirectUrl = 'https://app.example/auth/github/callback'
  const { url } = oauth.getWebFlowAuthorizationUrl({ ...OAUTH_APP, redirectUrl, state: 's', scopes: ['repo', 'gist'] })
  const callback = await allow(url)
  expect(callback.searchParams.get('state')).toBe('s')
  const { authentication } = await oauth.exchangeWebFlowCode({ ...OAUTH_APP, code: codeOf(callback), redirectUrl })
  expect(authentication).toMatchObject({ ...OAUTH_APP, scopes: ['repo,gist'] })
  return authentication.token
}

async function loginWithApp() {
  const { url } = oauth.getWebFlowAuthorizationUrl({
    ...GITHUB_APP,
    redirectUrl: 'https://app.example/auth/github-app/callback',
  })
  const exchange = { ...GITHUB_APP, code: codeOf(await allow(url)) }
  const { authentication } = await oauth.exchangeWebFlowCode(exchange)
  if (!('refreshToken' in authentication)) throw new Error('No refresh token')
  return authentication
}

describe("GitHub's own client", () => {
  it('logs in, asks for the user, and ends the token', async () => {
    const token = await login()
    const octokit = new Octokit({ auth: token })
    expect((await octokit.request('GET /user')).data).toMatchObject({ id: 583231, login: 'ada' })
    expect((await oauth.deleteToken({ ...OAUTH_APP, token })).status).toBe(204)
    expect(await errorOf(octokit.request('GET /user'))).toMatchObject({
      name: 'HttpError',
      status: 401,
      message: 'Bad credentials - https://docs.github.com/rest',
    })
  })

  it('ends all tokens of the user', async () => {
    const [token, other] = [await login(), await login()]
    expect((await oauth.deleteAuthorization({ ...OAUTH_APP, token })).status).toBe(204)
    expect(await errorOf(new Octokit({ auth: other }).request('GET /user'))).toMatchObject({ status: 401 })
  })

  it('counts the lifetimes of a GitHub App from the time of the emulator, and refreshes', async () => {
    emulator.control.advance(86_400)
    const { refreshToken, expiresAt } = await loginWithApp()
    expect(Math.abs(Date.parse(expiresAt) - emulator.control.now() - 28_800_000)).toBeLessThan(60_000)
    const { authentication } = await oauth.refreshToken({ ...GITHUB_APP, refreshToken })
    expect((await new Octokit({ auth: authentication.token }).request('GET /user')).status).toBe(200)
    expect(await errorOf(oauth.refreshToken({ ...GITHUB_APP, refreshToken }))).toMatchObject({
      name: 'HttpError',
      status: 400,
      message: expect.stringMatching(/^The refresh token passed is incorrect or expired. \(bad_refresh_token, \/apps/),
    })
  })

  it.each([
    ['api-403-scope', 403, 'Resource not accessible by personal access token'],
    ['api-429', 429, 'API rate limit exceeded'],
  ])('throws its own error for %s', async (scenario, status, message) => {
    const octokit = new Octokit({ auth: await login() })
    emulator.control.setScenario('github', scenario)
    const error = await errorOf(octokit.request('GET /user/repos'))
    expect(error).toMatchObject({ name: 'HttpError', status, message: expect.stringContaining(message) })
  })
})

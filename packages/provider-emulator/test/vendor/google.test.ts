import { CodeChallengeMethod, OAuth2Client } from 'google-auth-library'
import { describe, expect, it } from 'vitest'
import { startEmulator } from '../../src/vitest.ts'
import { allow, codeOf, errorOf } from './consent.ts'

const emulator = startEmulator({ consent: 'page' })

const DRIVE = 'https://www.googleapis.com/drive/v3/files'

const client = () =>
  new OAuth2Client({
    clientId: 'google-client-id',
    clientSecret: 'google-client-secret',
    redirectUri: 'https://app.example/auth/google/callback',
    transporterOptions: { fetchImplementation: fetch },
  })

async function login(options: { prompt?: string } = {}) {
  const google = client()
  const { codeVerifier, codeChallenge = '' } = await google.generateCodeVerifierAsync()
  const url = google.generateAuthUrl({
    access_type: 'offline',
    scope: ['openid', 'email', 'https://www.googleapis.com/auth/drive.readonly'],
    state: 's',
    code_challenge: codeChallenge,
    code_challenge_method: CodeChallengeMethod.S256,
    ...options,
  })
  const { tokens } = await google.getToken({ code: codeOf(await allow(url)), codeVerifier })
  google.setCredentials(tokens)
  return { google, tokens }
}

describe("Google's own client", () => {
  it('logs in, and asks an API', async () => {
    const { google, tokens } = await login()
    expect(tokens.scope?.split(' ')).toContain('https://www.googleapis.com/auth/drive.readonly')
    expect((await google.request({ url: DRIVE })).data).toMatchObject({ kind: 'drive#fileList' })
    expect((await login()).tokens.refresh_token).toBeUndefined()
    expect((await login({ prompt: 'consent' })).tokens.refresh_token).toBeDefined()
  })

  it('verifies the ID token with the published keys', async () => {
    const { google, tokens } = await login()
    const verify = (audience: string, client = google) =>
      client.verifyIdToken({ idToken: tokens.id_token ?? '', audience })
    expect((await verify('google-client-id')).getPayload()).toMatchObject({ email: 'ada@example.com' })
    await expect(verify('another')).rejects.toThrow('Wrong recipient')
    emulator.control.setScenario('google', 'jwks-rotated')
    await login()
    await expect(verify('google-client-id', client())).rejects.toThrow('No pem found for envelope')
  })

  it('refreshes by itself, until the refresh token is dead', async () => {
    const { google, tokens } = await login()
    google.setCredentials({ refresh_token: tokens.refresh_token ?? '' })
    expect((await google.request({ url: DRIVE })).status).toBe(200)
    emulator.control.setScenario('google', 'refresh-rejected')
    expect(await errorOf(google.refreshAccessToken())).toMatchObject({
      message: 'invalid_grant',
      status: 400,
      response: { data: { error_description: 'Token has been expired or revoked.' } },
    })
  })

  it('revokes, and throws its own error for the dead token', async () => {
    const { google, tokens } = await login()
    expect((await google.revokeToken(tokens.access_token ?? '')).status).toBe(200)
    google.setCredentials({ access_token: tokens.access_token ?? '' })
    expect(await errorOf(google.request({ url: DRIVE }))).toMatchObject({
      message: 'Request had invalid authentication credentials.',
      code: 401,
    })
    expect(await errorOf(google.revokeToken(tokens.access_token ?? ''))).toMatchObject({ message: 'invalid_token' })
  })

  it.each([
    ['api-403-scope', 403, 'PERMISSION_DENIED'],
    ['api-429', 429, 'RESOURCE_EXHAUSTED'],
  ])('throws its own error for %s', async (scenario, code, status) => {
    const { google } = await login()
    emulator.control.setScenario('google', scenario)
    const error = await errorOf(google.request({ url: DRIVE, retry: false }))
    expect(error).toMatchObject({ code, cause: { status } })
  })
})

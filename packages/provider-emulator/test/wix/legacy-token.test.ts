import { describe, expect, it } from 'vitest'
import { APP, credentials, LEGACY_TOKEN, OTHER_APP, startWix, type TokenAnswer } from './support.ts'

const expectError = async (response: Response, status: number, code: string) => {
  expect(await response.json()).toEqual({
    message: expect.any(String),
    details: { applicationError: { code, description: expect.any(String), data: {} } },
  })
  expect(response.status).toBe(status)
}

describe('code exchange', () => {
  it.each([LEGACY_TOKEN, `${LEGACY_TOKEN}/`])('returns exactly two members at %s', async (url) => {
    const started = startWix()
    const { code } = await started.code()
    const body = { grant_type: 'authorization_code', ...credentials, code }
    const response = await started.post(url, body)
    expect(response.status).toBe(200)
    const answer = (await response.json()) as TokenAnswer
    expect(Object.keys(answer)).toEqual(['access_token', 'refresh_token'])
    expect((await started.getInstance(answer.access_token)).status).toBe(200)
  })

  it('accepts a code once', async () => {
    const started = startWix()
    const { code } = await started.code()
    expect((await started.exchange(code)).status).toBe(200)
    await expectError(await started.exchange(code), 400, 'INVALID_GRANT')
  })

  it('accepts a code for ten minutes', async () => {
    const started = startWix()
    const [first, second] = [await started.code(), await started.code()]
    started.emulator.control.advance(10 * 60 - 1)
    expect((await started.exchange(first.code)).status).toBe(200)
    started.emulator.control.advance(1)
    await expectError(await started.exchange(second.code), 400, 'INVALID_GRANT')
  })

  it.each([
    ['an unknown app', { client_id: 'unknown' }, 401, 'INVALID_CLIENT'],
    ['a wrong secret', { client_secret: 'wrong' }, 401, 'INVALID_CLIENT'],
    ['an unknown code', { code: 'x' }, 400, 'INVALID_GRANT'],
    ['no code', { code: undefined }, 400, 'INVALID_GRANT'],
    ['another grant_type', { grant_type: 'client_credentials' }, 400, 'UNSUPPORTED_GRANT_TYPE'],
  ])('refuses %s and leaves the code usable', async (_name, members, status, error) => {
    const started = startWix()
    const { code } = await started.code()
    await expectError(await started.exchange(code, members), status, error)
    expect((await started.exchange(code)).status).toBe(200)
  })

  it('refuses the code of another app', async () => {
    const started = startWix({ wix: { apps: [APP, OTHER_APP] } })
    const { code } = await started.code()
    const members = { client_id: OTHER_APP.appId, client_secret: OTHER_APP.secret }
    await expectError(await started.exchange(code, members), 400, 'INVALID_GRANT')
  })

  it('refuses a code from before the app was removed', async () => {
    const started = startWix()
    const { code, instanceId } = await started.code()
    await started.wix.remove(instanceId)
    await expectError(await started.exchange(code), 400, 'INVALID_GRANT')
    started.wix.reinstall(instanceId)
    await expectError(await started.exchange(code), 400, 'INVALID_GRANT')
  })

  it('refuses a form unless configured otherwise', async () => {
    const statusOf = async (formBodies: 'refused' | 'accepted') => {
      const started = startWix({ wix: { formBodies } })
      const { code } = await started.code()
      const body = new URLSearchParams({ grant_type: 'authorization_code', ...credentials, code })
      return (await started.request(LEGACY_TOKEN, { method: 'POST', body })).status
    }
    expect(await statusOf('refused')).toBe(400)
    expect(await statusOf('accepted')).toBe(200)
  })

  it('allows client credentials for the same app', async () => {
    const started = startWix()
    const { instanceId } = await started.code()
    expect((await started.requestToken(instanceId)).status).toBe(200)
  })
})

describe('access token', () => {
  it('is valid for five minutes', async () => {
    const started = startWix()
    const { access_token } = await started.legacyTokens()
    started.emulator.control.advance(5 * 60 - 1)
    expect((await started.getInstance(access_token)).status).toBe(200)
    started.emulator.control.advance(1)
    expect((await started.getInstance(access_token)).status).toBe(401)
  })

  it('has the configured lifetime', async () => {
    const started = startWix({ wix: { legacyAccessTokenSeconds: 600 } })
    const { access_token } = await started.legacyTokens()
    started.emulator.control.advance(599)
    expect((await started.getInstance(access_token)).status).toBe(200)
  })
})

describe('refresh', () => {
  it('returns the same refresh token, at any age', async () => {
    const started = startWix()
    const { refresh_token, access_token } = await started.legacyTokens()
    started.emulator.control.advance(1000 * 24 * 60 * 60)
    const response = await started.refresh(refresh_token)
    const answer = (await response.json()) as TokenAnswer
    expect(answer).toEqual({ access_token: expect.any(String), refresh_token })
    expect(answer.access_token).not.toBe(access_token)
    expect((await started.getInstance(answer.access_token)).status).toBe(200)
  })

  it('refuses an access token, an unknown token, and the token of another app', async () => {
    const started = startWix({ wix: { apps: [APP, OTHER_APP] } })
    const { refresh_token, access_token } = await started.legacyTokens()
    await expectError(await started.refresh(access_token), 400, 'INVALID_GRANT')
    await expectError(await started.refresh('x'), 400, 'INVALID_GRANT')
    const members = { client_id: OTHER_APP.appId, client_secret: OTHER_APP.secret }
    await expectError(await started.refresh(refresh_token, members), 400, 'INVALID_GRANT')
  })

  it('ends with the install, and stays invalid after the next one', async () => {
    const started = startWix()
    const { refresh_token, access_token, instanceId } = await started.legacyTokens()
    await started.wix.remove(instanceId)
    await expectError(await started.refresh(refresh_token), 400, 'INVALID_GRANT')
    expect((await started.getInstance(access_token)).status).toBe(401)
    started.wix.reinstall(instanceId)
    await expectError(await started.refresh(refresh_token), 400, 'INVALID_GRANT')
    expect((await started.getInstance(access_token)).status).toBe(401)
  })

  it('has the configured form and status of errors', async () => {
    const legacyTokenErrors = { shape: 'ietf', grant: 404, removed: 410 } as const
    const started = startWix({ wix: { legacyTokenErrors } })
    const { refresh_token, instanceId } = await started.legacyTokens()
    const response = await started.refresh('x')
    expect(response.status).toBe(404)
    expect(await response.json()).toMatchObject({ error: 'invalid_grant' })
    await started.wix.remove(instanceId)
    expect((await started.refresh(refresh_token)).status).toBe(410)
  })
})

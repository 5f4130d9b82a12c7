import { describe, expect, it } from 'vitest'
import { createEmulator } from '../../src/index.ts'
import { callbackOf, startClient } from './client.ts'

/** Reads the consent page of a client and posts a decision. */
async function decide(client: ReturnType<typeof startClient>, decision: Record<string, string>) {
  const page = await client.authorize()
  const text = await page.text()
  const request = /name="request" value="(\w+)"/.exec(text)?.[1] ?? ''
  const body = new URLSearchParams({ request, ...decision })
  return { text, response: await client.request(client.facts.authorize, { method: 'POST', body }) }
}

describe('the consent page', () => {
  it.each(['583232', 'grace@example.com'])('lists scopes and accounts, and allows with %s', async (account) => {
    const client = startClient('github', { consent: 'page' })
    const { text, response } = await decide(client, { decision: 'allow', account })
    expect(text).toContain('<code>repo</code>')
    expect(text).toContain('Ada Lovelace')
    expect(text).toContain('Emulated GitHub, no real account')
    const callback = await callbackOf(response)
    expect(callback['state']).toBe('af0ifjsldkj')
    const session = await client.sessionOf(await client.exchange(callback), callback)
    expect(await (await client.account(session)).json()).toMatchObject({ id: 583232, name: 'Grace Hopper' })
  })

  it.each([
    ['github', 'access_denied', 'The user has denied your application access.'],
    ['linkedin', 'user_cancelled_authorize', 'The user cancelled the authorization'],
    ['stripe', 'access_denied', 'The user denied your request'],
  ] as const)('denies in the words of %s', async (name, error, text) => {
    const { response } = await decide(startClient(name, { consent: 'page' }), { decision: 'deny' })
    expect(await callbackOf(response)).toEqual({ error, error_description: text, state: 'af0ifjsldkj' })
  })

  it.each([{ decision: 'perhaps' }, { decision: 'allow', account: '1' }, { decision: 'allow', request: 'unknown' }])(
    'refuses %j',
    async (decision) => {
      const { response } = await decide(startClient('github', { consent: 'page' }), decision)
      expect(response.status).toBe(400)
    },
  )

  it.each(['583232', 'grace@example.com'])('is not shown in auto mode, where login_hint=%s chooses', async (hint) => {
    const { login, emulator } = startClient('github')
    await login({ login_hint: hint })
    expect(emulator.control.personality('github').grants()).toMatchObject([{ subject: '583232' }])
  })
})

describe('two variants on the same hosts', () => {
  it.each([
    ['github', 'github-app'],
    ['slack', 'slack-user'],
  ] as const)('%s and %s: the client id or the token decides', async (one, other) => {
    const { login, api, account, refresh, revoke, emulator } = startClient(other)
    const session = await login()
    const { control } = emulator
    expect([control.personality(one).grants().length, control.personality(other).grants().length]).toEqual([0, 1])
    const next = await refresh(session)
    expect([(await api(next)).status, (await account(next)).status]).toEqual([200, 200])
    await revoke(next)
    expect(control.personality(other).grants()).toMatchObject([{ liveAccessTokens: other === 'slack-user' ? 1 : 0 }])
  })

  it('the form of the consent page may come without the query', async () => {
    const client = startClient('slack-user', { consent: 'page' })
    const { response } = await decide(client, { decision: 'allow', account: 'U0GRACE' })
    const callback = await callbackOf(response)
    const session = await client.sessionOf(await client.exchange(callback), callback)
    expect(session.answer['authed_user']).toMatchObject({ id: 'U0GRACE', token_type: 'user' })
  })
})

describe('options', () => {
  it('register a client of their own', async () => {
    const redirectUri = 'https://own.example/callback'
    const personalities = { github: { clientId: 'own-id', clientSecret: 'own-secret', redirectUris: [redirectUri] } }
    const { authorize, exchange, emulator } = startClient('github', { personalities })
    expect((await authorize({ client_id: 'github-client-id' })).status).toBe(400)
    const callback = await callbackOf(await authorize({ redirect_uri: redirectUri }))
    expect((await exchange(callback, { redirect_uri: redirectUri })).status).toBe(200)
    expect(emulator.control.personality('github').grants()).toMatchObject([{ clientId: 'own-id' }])
  })

  it.each([
    [{ githup: {} } as object, 'there is no "githup"'],
    [{ github: { redirectUris: ['http://app.example/callback'] } }, '"personalities.github.redirectUris"'],
  ])('refuse %j', (personalities, message) => {
    expect(() => createEmulator({ personalities })).toThrow(message)
  })

  it('may leave refresh tokens out', async () => {
    const personalities = {
      'github-app': { refreshTokens: false },
      slack: { refreshTokens: false },
      notion: { refreshTokens: false },
    }
    for (const name of ['github-app', 'slack', 'notion'] as const) {
      const { answer } = await startClient(name, { personalities }).login()
      expect(answer).not.toHaveProperty('expires_in')
      expect(answer['refresh_token'] ?? null).toBeNull()
    }
  })
})

import { describe, expect, it } from 'vitest'
import { createEmulator } from '../src/index.ts'
import { acme } from './readme/own-provider.ts'
import { startEmulator } from './support.ts'

const CALLBACK = 'https://my.example/callback'
describe('a provider of your own', () => {
  it('serves a login, has the common scenarios and is on the control page', async () => {
    const { emulator, request } = startEmulator({ providers: [acme] })
    const query = new URLSearchParams({ response_type: 'code', client_id: 'my-id', redirect_uri: CALLBACK, state: 'x' })
    const login = await request(`https://login.acme.example/oauth/authorize?${query}`)
    const code = new URL(login.headers.get('Location') ?? '').searchParams.get('code') ?? ''
    const members = { grant_type: 'authorization_code', client_id: 'my-id', client_secret: 'my-secret' }
    const body = new URLSearchParams({ ...members, redirect_uri: CALLBACK, code })
    const answer = await request('https://login.acme.example/oauth/token', { method: 'POST', body })
    const { access_token } = (await answer.json()) as { access_token: string }
    const me = () => request('https://api.acme.example/me', { headers: { Authorization: `Bearer ${access_token}` } })
    expect(await (await me()).json()).toEqual({ id: '1' })
    emulator.control.setScenario('acme', 'api-401-once')
    expect((await me()).status).toBe(401)
    expect(emulator.control.personality('acme').grants()).toMatchObject([{ clientId: 'my-id', alive: true }])
    expect(await (await request('http://localhost:9000/?scenarios=acme')).text()).toContain('Scenarios of Acme')
  })

  it.each([
    [{ name: 'my acme' }, 'the name "my acme" must have only'],
    [{ name: 'github' }, 'the name "github" is taken'],
    [{ name: 'wix' }, 'the name "wix" is taken'],
    [{ hosts: ['api.github.com'] }, 'the host api.github.com of "acme" is taken'],
    [{ hosts: ['shop.myshopify.com'] }, 'the host shop.myshopify.com of "acme" is taken'],
    [{ hosts: ['oauth.example'] }, 'the host oauth.example of "acme" is taken'],
    [{ client: { redirectUris: ['http://my.example/'] } }, '"providers.acme.redirectUris"'],
  ])('with %j is refused', (changes, message) => {
    expect(() => createEmulator({ providers: [{ ...acme, ...changes }] })).toThrow(message)
  })

  it('is refused twice', () => {
    expect(() => createEmulator({ providers: [acme, acme] })).toThrow('the name "acme" is taken')
  })
})

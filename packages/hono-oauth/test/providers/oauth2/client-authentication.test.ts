import { describe, expect, it } from 'vitest'
import { type ClientAuthenticationMethod, oauth2 } from '../../../src/providers/oauth2/index.ts'
import { fakeBackChannel, json } from '../../protocol/fake-fetch.ts'
import { refusal } from '../../protocol/refusal.ts'
import { CLIENT, emulated } from './emulated.ts'
import {
  accessToken,
  CLIENT_ID,
  callback,
  provider,
  REDIRECT_URI,
  refreshToken,
  SETTINGS,
  tokenAnswer,
} from './support.ts'

const SECRET = 's+p a:c%i/a=l&é€"\\~'

const basicOf = (headers: Headers | undefined) => {
  const [, encoded = ''] = /^Basic (.+)$/.exec(headers?.get('authorization') ?? '') ?? []
  return new TextDecoder().decode(Uint8Array.from(atob(encoded), (c) => c.charCodeAt(0)))
}
const formDecoded = (text: string) => new URLSearchParams(`x=${text}`).get('x')

/** Every kind of request that the client authenticates: code, refresh token, revocation. */
async function requests(clientAuthentication: ClientAuthenticationMethod | undefined) {
  const made = provider({ clientSecret: SECRET, clientAuthentication })
  const { backChannel, sent } = fakeBackChannel(
    json(tokenAnswer()),
    json(tokenAnswer()),
    new Response(null),
    new Response(null),
  )
  await made.authorize(callback(), backChannel)
  await made.renew?.({ grantId: 'default', refreshToken }, backChannel, 0)
  await made.revoke({ accessToken, refreshToken }, backChannel)
  expect(sent).toHaveLength(4)
  return sent.map(({ headers, body }) => ({ headers, form: new URLSearchParams(body) }))
}

describe('the client authentication', () => {
  it.each([undefined, 'basic'] as const)('in the header, form-encoded: %s', async (method) => {
    for (const { headers, form } of await requests(method)) {
      const [id = '', secret = '', ...rest] = basicOf(headers).split(':')
      expect([formDecoded(id), formDecoded(secret), rest]).toEqual([CLIENT_ID, SECRET, []])
      expect([form.has('client_id'), form.has('client_secret')]).toEqual([false, false])
    }
  })

  it('in the header as it is', async () => {
    for (const { headers, form } of await requests('basic-raw')) {
      expect(basicOf(headers)).toBe(`${CLIENT_ID}:${SECRET}`)
      expect([form.has('client_id'), form.has('client_secret')]).toEqual([false, false])
    }
  })

  it('in the body', async () => {
    for (const { headers, form } of await requests('post')) {
      expect(headers.has('authorization')).toBe(false)
      expect([form.getAll('client_id'), form.getAll('client_secret')]).toEqual([
        [CLIENT_ID],
        [SECRET],
      ])
    }
  })

  it('of a public client is its id, even where there is a secret', async () => {
    for (const { headers, form } of await requests('none')) {
      expect(headers.has('authorization')).toBe(false)
      expect([form.getAll('client_id'), form.has('client_secret')]).toEqual([[CLIENT_ID], false])
    }
  })

  it('of a client without a secret is its id', async () => {
    const { backChannel, sent } = fakeBackChannel(json(tokenAnswer()))
    const { clientSecret: _, ...settings } = SETTINGS
    await oauth2(settings).authorize(callback(), backChannel)
    expect(sent[0]?.headers.has('authorization')).toBe(false)
    expect(new URLSearchParams(sent[0]?.body).getAll('client_id')).toEqual([CLIENT_ID])
  })
})

describe('oauth.example and a secret of special characters', () => {
  const CLIENTS = { clients: [{ ...CLIENT, id: 'special client', secret: SECRET }] }
  const options = (clientAuthentication: ClientAuthenticationMethod) => ({
    clientId: 'special client',
    clientSecret: SECRET,
    clientAuthentication,
  })

  it.each([
    ['basic', 'form'],
    ['basic-raw', 'raw'],
    ['post', 'form'],
    ['post', 'raw'],
  ] as const)('agree: %s at a server that decodes %s', async (method, basicSecretDecoding) => {
    const server = emulated(options(method), { ...CLIENTS, basicSecretDecoding })
    const { tokens } = await server.login()
    const renewed = await server.provider.renew?.({ grantId: '', ...tokens }, server.backChannel, 0)
    const outcome = renewed && (await server.provider.revoke(renewed, server.backChannel))
    expect(outcome).toBe('revoked')
    expect(server.control.oauthExample.grants()).toMatchObject([{ alive: false }])
  })

  it.each([
    ['basic', 'raw'],
    ['basic-raw', 'form'],
  ] as const)('disagree: %s at a server that decodes %s', async (method, basicSecretDecoding) => {
    const server = emulated(options(method), { ...CLIENTS, basicSecretDecoding })
    expect((await refusal(() => server.login())).code).toBe('client_rejected')
  })

  it('do without any for a public client', async () => {
    const clients = [{ id: 'public-client', redirectUris: [REDIRECT_URI] }]
    const server = emulated({ clientId: 'public-client', clientSecret: undefined }, { clients })
    const { grant, tokens } = await server.login()
    expect(grant.id).toBe('user-1002')
    expect(await server.provider.revoke(tokens, server.backChannel)).toBe('revoked')
  })

  it('count by method', async () => {
    const clients = [{ ...CLIENT, authMethods: ['client_secret_post'] as const }]
    expect((await refusal(() => emulated({}, { clients }).login())).code).toBe('client_rejected')
    const { grant } = await emulated({ clientAuthentication: 'post' }, { clients }).login()
    expect(grant.id).toBe('user-1002')
  })
})

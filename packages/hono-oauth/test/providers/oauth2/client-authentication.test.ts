import { describe, expect, it } from 'vitest'
import { json, over } from '../../protocol/fake-fetch.ts'
import { codeOf } from '../../protocol/refusal.ts'
import { CLIENT } from '../oidc/emulated.ts'
import { emulated } from './emulated.ts'
import { CLIENT_ID, callback, provider, REDIRECT_URI, tokenAnswer } from './support.ts'

const SECRET = 's+p a:c%i/a=l&é€"\\~'

it.each([
  [undefined, SECRET, 'header', []],
  ['basic', SECRET, 'header', []],
  ['basic-raw', SECRET, 'header', []],
  ['post', SECRET, undefined, [CLIENT_ID, SECRET]],
  ['none', SECRET, undefined, [CLIENT_ID]],
] as const)('the client authentication %s with the secret %s: %s %j', async (method, secret, header, inForm) => {
  const made = provider({ clientSecret: secret, clientAuthentication: method })
  const { sent, work } = over([json(tokenAnswer())], (backChannel) => made.authorize(callback(), backChannel))
  await work()
  const form = new URLSearchParams(sent[0]?.body)
  expect([...form.getAll('client_id'), ...form.getAll('client_secret')]).toEqual(inForm)
  expect(sent[0]?.headers.has('authorization')).toBe(header !== undefined)
})

describe('oauth.example and a secret of special characters', () => {
  const CLIENTS = { clients: [{ ...CLIENT, id: 'special client', secret: SECRET }] }
  const app = { clientId: 'special client', clientSecret: SECRET }

  it.each([
    ['basic', 'form', 'raw'],
    ['basic-raw', 'raw', 'form'],
    ['post', 'form', undefined],
    ['post', 'raw', undefined],
  ] as const)('agree: %s at a server that decodes %s, and not %s', async (method, decoding, other) => {
    const server = emulated({ ...app, clientAuthentication: method }, { ...CLIENTS, basicSecretDecoding: decoding })
    expect(await server.revoke(await server.renew((await server.login()).tokens))).toBe('revoked')
    expect(server.grants()).toMatchObject([{ alive: false }])
    if (!other) return
    const strict = emulated({ ...app, clientAuthentication: method }, { ...CLIENTS, basicSecretDecoding: other })
    expect(await codeOf(() => strict.login())).toBe('client_rejected')
  })

  it('need none for a public client', async () => {
    const clients = [{ id: 'public-client', redirectUris: [REDIRECT_URI] }]
    const server = emulated(
      { clientId: 'public-client', clientSecret: undefined, clientAuthentication: 'none' },
      { clients },
    )
    const { grant, tokens } = await server.login()
    expect([grant.id, await server.revoke(tokens)]).toEqual(['user-1001', 'revoked'])
  })
})

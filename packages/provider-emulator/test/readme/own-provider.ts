import { createEmulator, type OwnPersonality } from 'provider-emulator'

export const acme: OwnPersonality = {
  name: 'acme',
  title: 'Acme',
  hosts: ['login.acme.example', 'api.acme.example'],
  client: { clientId: 'my-id', clientSecret: 'my-secret', redirectUris: ['https://my.example/callback'] },
  accounts: [{ id: '1', name: 'Ada', email: 'ada@example.com', tenant: '' }],
  authorization: { at: 'login.acme.example/oauth/authorize', pkce: 'optional' },
  token: {
    at: 'login.acme.example/oauth/token',
    formats: ['form'],
    client: ['post'],
    lifetime: 3600,
    refresh: { kind: 'rotating' },
  },
  api: {
    dead: { status: 401, body: { error: 'invalid_token' } },
    account: { at: 'GET api.acme.example/me', answer: ({ granted }) => ({ id: granted.account.id }) },
    routes: [],
  },
}

export const emulator = createEmulator({ providers: [acme] })

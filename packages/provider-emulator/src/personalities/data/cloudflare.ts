import { answer, describedErrors } from '../answers.ts'
import type { Personality } from '../personality.ts'
import { people } from './people.ts'

const failure = (status: number, code: number, message: string) =>
  answer(status, { success: false, errors: [{ code, message }], messages: [], result: null })

/** https://developers.cloudflare.com/fundamentals/oauth/integrate-with-cloudflare/, a client with refresh tokens. */
export const cloudflare: Personality = {
  name: 'cloudflare',
  title: 'Cloudflare',
  hosts: ['dash.cloudflare.com', 'api.cloudflare.com'],
  accounts: people(['7c5dae5552338874e5053f2534d2767a', '7c5dae5552338874e5053f2534d2767b']),
  authorization: { at: 'dash.cloudflare.com/oauth2/auth', pkce: 'optional' }, // not verified: PKCE
  token: {
    at: 'dash.cloudflare.com/oauth2/token',
    formats: ['form'],
    client: ['basic', 'post'],
    lifetime: 3600, // not verified
    refresh: { kind: 'rotating' }, // not verified
    errors: describedErrors({
      code: 'The provided authorization grant is invalid, expired or revoked.',
      refresh: 'The provided authorization grant is invalid, expired or revoked.',
      client: 'Client authentication failed.',
    }),
  },
  openid: {
    issuer: 'https://dash.cloudflare.com', // not verified
    discovery: 'dash.cloudflare.com/.well-known/openid-configuration',
    jwks: 'dash.cloudflare.com/.well-known/jwks.json', // not verified
    claims: () => ({}),
  },
  api: {
    dead: failure(401, 10_000, 'Authentication error'),
    forbidden: failure(403, 9109, 'Unauthorized to access requested resource'),
    account: { at: 'GET dash.cloudflare.com/oauth2/userinfo', answer: ({ granted }) => ({ sub: granted.account.id }) },
    routes: [
      {
        at: 'GET api.cloudflare.com/client/v4/user',
        answer: ({ granted: { account } }) => ({
          success: true,
          errors: [],
          messages: [],
          result: { id: account.id, email: account.email },
        }),
      },
    ],
  },
  revocations: [
    {
      at: 'POST dash.cloudflare.com/oauth2/revoke',
      client: ['basic', 'post'],
      formats: ['form'],
      ends: 'grant', // not verified
      success: answer(200, null),
    },
  ],
  sources: {
    marks: { authorization: 'D', token: 'D', refresh: 'U', revocation: 'D', account: 'I', errors: 'U' },
    pages: ['https://developers.cloudflare.com/fundamentals/oauth/integrate-with-cloudflare/'],
  },
}

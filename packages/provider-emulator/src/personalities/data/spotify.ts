import { answer, oauthError } from '../answers.ts'
import type { Personality } from '../personality.ts'
import { people } from './people.ts'

const error = (status: number, message: string) => answer(status, { error: { status, message } })

/** https://developer.spotify.com/documentation/web-api/tutorials/code-flow (not read) */
export const spotify: Personality = {
  name: 'spotify',
  title: 'Spotify',
  hosts: ['accounts.spotify.com', 'api.spotify.com'],
  accounts: people(['ada', 'grace']),
  authorization: { at: 'accounts.spotify.com/authorize', pkce: 'optional', denial: { error: 'access_denied' } },
  token: {
    at: 'accounts.spotify.com/api/token',
    formats: ['form'],
    client: ['basic'],
    lifetime: 3600,
    refresh: { kind: 'reusable' }, // not verified: a refresh may also bring another one
    errors: {
      code: oauthError(400, 'invalid_grant', 'Invalid authorization code'),
      redirect: oauthError(400, 'invalid_grant', 'Invalid redirect URI'),
      verifier: oauthError(400, 'invalid_grant', 'code_verifier was incorrect'),
      client: oauthError(400, 'invalid_client', 'Invalid client secret'),
      refresh: oauthError(400, 'invalid_grant', 'Refresh token revoked'),
    },
  },
  api: {
    dead: error(401, 'The access token expired'),
    forbidden: error(403, 'Insufficient client scope'),
    account: {
      at: 'GET api.spotify.com/v1/me',
      answer: ({ granted: { account } }) => ({ id: account.id, display_name: account.name, email: account.email }),
    },
    routes: [{ at: 'GET api.spotify.com/v1/me/playlists', answer: () => ({ items: [], total: 0 }) }],
  },
  sources: {
    marks: { authorization: 'I', token: 'I', refresh: 'U', revocation: 'U', account: 'I', errors: 'U' },
    pages: [],
  },
}

import { answer } from '../answers.ts'
import type { Account } from '../contexts.ts'
import type { Personality } from '../personality.ts'
import { people } from './people.ts'

const refusal = (status: number, message: string, resource: string, field: string) =>
  answer(status, { message, errors: [{ resource, field, code: 'invalid' }] })

const athleteOf = ({ id, name }: Account) => {
  const [firstname, lastname] = name.split(' ')
  return { id: Number(id), firstname, lastname }
}

/** https://developers.strava.com/docs/authentication/ */
export const strava: Personality = {
  name: 'strava',
  title: 'Strava',
  hosts: ['www.strava.com'],
  accounts: people(['227615', '227616']),
  authorization: {
    at: 'www.strava.com/oauth/authorize',
    scope: { separator: ',' },
    pkce: 'ignored',
    denial: { error: 'access_denied' },
    callback: ({ granted }) => ({ scope: granted.scopes.join(',') }),
  },
  token: {
    at: 'www.strava.com/oauth/token',
    formats: ['form'],
    client: ['post'],
    lifetime: 21_600,
    refresh: { kind: 'rotating' },
    answer: ({ accessToken, expiresIn, refreshToken, granted, grantType, now }) => ({
      token_type: 'Bearer',
      expires_at: Math.floor(now / 1000) + (expiresIn ?? 0),
      expires_in: expiresIn,
      refresh_token: refreshToken,
      access_token: accessToken,
      athlete: grantType === 'authorization_code' ? athleteOf(granted.account) : undefined,
    }),
    errors: {
      code: refusal(400, 'Bad Request', 'AuthorizationCode', 'code'),
      redirect: refusal(400, 'Bad Request', 'Application', 'redirect_uri'),
      client: refusal(401, 'Authorization Error', 'Application', 'client_secret'), // not verified
      refresh: refusal(400, 'Bad Request', 'RefreshToken', 'refresh_token'), // not verified
    },
  },
  api: {
    dead: refusal(401, 'Authorization Error', 'Athlete', 'access_token'),
    forbidden: answer(403, {
      message: 'Forbidden',
      errors: [{ resource: 'AccessToken', field: 'activity:read_permission', code: 'missing' }],
    }),
    account: { at: 'GET www.strava.com/api/v3/athlete', answer: ({ granted }) => athleteOf(granted.account) },
    routes: [{ at: 'GET www.strava.com/api/v3/athlete/activities', answer: () => [] }],
  },
  revocations: [
    {
      at: 'POST www.strava.com/oauth/revoke',
      client: ['basic'],
      formats: ['form'],
      ends: 'grant', // not verified
      success: answer(200, {}),
    },
    // Until 2027-06-01.
    { at: 'POST www.strava.com/oauth/deauthorize', client: 'token', ends: 'alike', success: answer(200, {}) },
  ],
  sources: {
    marks: { authorization: 'I', token: 'I', refresh: 'I', revocation: 'I', account: 'I', errors: 'U' },
    pages: ['https://developers.strava.com/docs/authentication/'],
  },
}

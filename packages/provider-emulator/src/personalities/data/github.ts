import { answer } from '../answers.ts'
import type { Account, Issued, Json } from '../contexts.ts'
import type { Personality } from '../personality.ts'
import { people } from './people.ts'
import { prefixed } from './tokens.ts'

const notFound = answer(404, { message: 'Not Found', status: '404' })

const userAgent = {
  'User-Agent': answer(
    403,
    'Request forbidden by administrative rules. Please make sure your request has a User-Agent header.',
  ),
}

const profileOf = ({ id, name, email }: Account) => ({ id: Number(id), login: email.split('@')[0], name, email })

const SCOPE_WORDS = {
  repo: 'See and change your repositories, private ones too',
  public_repo: 'See and change your public repositories',
  gist: 'Change your gists',
  'read:org': 'See your organizations and teams',
  'read:user': 'See your profile',
  'user:email': 'See your e-mail addresses',
  workflow: 'Change your workflows',
}

/**
 * An error of the token endpoint: its status is 200, and it has a link that the client puts into its message.
 * https://docs.github.com/en/apps/oauth-apps/maintaining-oauth-apps/troubleshooting-oauth-app-access-token-request-errors
 */
const tokenError = (error: string, error_description: string, page = 'oauth-app-access-token-request-errors') =>
  answer(200, {
    error,
    error_description,
    error_uri: `/apps/managing-oauth-apps/troubleshooting-${page}/#${error.replaceAll('_', '-')}`,
  })

/** https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps */
export const github: Personality = {
  name: 'github',
  title: 'GitHub',
  hosts: ['github.com', 'api.github.com'],
  accounts: people(['583231', '583232']),
  authorization: {
    at: 'github.com/login/oauth/authorize',
    responseType: 'optional',
    // The documentation has spaces; GitHub's own client sends commas (@octokit/oauth-authorization-url, src/index.ts).
    scope: { separator: /[\s,]+/ },
    scopeWords: SCOPE_WORDS,
    pkce: 'optional',
    denial: { error: 'access_denied', error_description: 'The user has denied your application access.' },
  },
  token: {
    at: 'github.com/login/oauth/access_token',
    formats: ['form', 'json', 'query'],
    client: ['post', 'basic'],
    grantType: 'optional',
    // GitHub's own client may leave it out: @octokit/oauth-methods, src/exchange-web-flow-code.ts.
    redirectUri: 'optional',
    lifetime: null,
    refresh: { kind: 'none' },
    accessToken: prefixed('gho_'),
    answer: ({ accessToken, granted }) => ({
      access_token: accessToken,
      scope: granted.scopes.join(','),
      token_type: 'bearer',
    }),
    answerFormat: 'negotiated',
    errors: {
      code: tokenError('bad_verification_code', 'The code passed is incorrect or expired.'),
      verifier: tokenError('bad_verification_code', 'The code passed is incorrect or expired.'),
      client: tokenError('incorrect_client_credentials', 'The client_id and/or client_secret passed are incorrect.'),
      redirect: tokenError(
        'redirect_uri_mismatch',
        'The redirect_uri MUST match the registered callback URL for this application.',
        'authorization-request-errors',
      ),
      refresh: tokenError('bad_refresh_token', 'The refresh token passed is incorrect or expired.'),
      grantType: tokenError('unsupported_grant_type', 'The grant type is not supported.'), // not verified
    },
  },
  api: {
    schemes: ['Bearer', 'token'],
    headers: userAgent,
    dead: answer(401, { message: 'Bad credentials', documentation_url: 'https://docs.github.com/rest', status: '401' }),
    // 403 or 429: https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
    limited: answer(
      429,
      { message: 'API rate limit exceeded for user ID 583231.', documentation_url: 'https://docs.github.com/rest' },
      { 'X-RateLimit-Limit': '5000', 'X-RateLimit-Remaining': '0', 'Retry-After': '60' },
    ),
    forbidden: answer(403, { message: 'Resource not accessible by personal access token', status: '403' }),
    account: { at: 'GET api.github.com/user', answer: ({ granted }) => profileOf(granted.account) },
    routes: [{ at: 'GET api.github.com/user/repos', answer: () => [] }],
  },
  // https://docs.github.com/en/rest/apps/oauth-applications
  revocations: [
    {
      at: 'DELETE api.github.com/applications/{client_id}/token',
      client: ['basic'],
      formats: ['json'],
      headers: userAgent,
      member: 'access_token',
      kinds: ['access'],
      ends: 'token',
      success: answer(204, null),
      unknown: notFound, // not verified
      wrongClient: answer(401, { message: 'Bad credentials', status: '401' }), // not verified
    },
    {
      at: 'DELETE api.github.com/applications/{client_id}/grant',
      client: ['basic'],
      formats: ['json'],
      headers: userAgent,
      member: 'access_token',
      kinds: ['access'],
      ends: 'alike',
      success: answer(204, null),
      unknown: notFound, // not verified
      wrongClient: answer(401, { message: 'Bad credentials', status: '401' }), // not verified
    },
  ],
  sources: {
    marks: { authorization: 'DS', token: 'DS', refresh: 'D', revocation: 'DS', account: 'IS', errors: 'DS' },
    clients: ['@octokit/core', '@octokit/oauth-methods'],
    pages: [
      'https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps',
      'https://docs.github.com/en/apps/oauth-apps/maintaining-oauth-apps/troubleshooting-oauth-app-access-token-request-errors',
      'https://docs.github.com/en/rest/apps/oauth-applications',
      'https://github.com/octokit/oauth-methods.js',
    ],
  },
}

const SIX_MONTHS = 15_897_600

const appAnswer = ({ accessToken, expiresIn, refreshToken, refreshExpiresIn }: Issued): Json => ({
  access_token: accessToken,
  expires_in: expiresIn,
  refresh_token: refreshToken,
  refresh_token_expires_in: refreshExpiresIn,
  scope: '',
  token_type: 'bearer',
})

/** https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/refreshing-user-access-tokens */
export const githubApp: Personality = {
  ...github,
  name: 'github-app',
  authorization: { ...github.authorization, scope: 'none' },
  token: {
    ...github.token,
    lifetime: 28_800,
    refresh: { kind: 'rotating', lifetime: SIX_MONTHS, endsAccessTokens: true },
    accessToken: prefixed('ghu_'),
    answer: appAnswer,
  },
  sources: {
    marks: { authorization: 'DS', token: 'DS', refresh: 'DS', revocation: 'D', account: 'IS', errors: 'IS' },
    clients: ['@octokit/core', '@octokit/oauth-methods'],
    pages: [
      'https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/refreshing-user-access-tokens',
    ],
  },
}

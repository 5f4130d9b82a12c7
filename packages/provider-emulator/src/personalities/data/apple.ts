import { fromBase64url } from '../../encoding.ts'
import { isEs256SignedBy } from '../../jws.ts'
import { answer, oauthError } from '../answers.ts'
import type { Json, SecretProof, Texts } from '../contexts.ts'
import type { Personality } from '../personality.ts'
import { people } from './people.ts'

const ISSUER = 'https://appleid.apple.com'
const SIX_MONTHS = 15_777_000

const partOf = (text: string): Json => {
  const value: unknown = JSON.parse(fromBase64url(text))
  return typeof value === 'object' && value !== null ? (value as Json) : {}
}

/** The client secret is a JWT of the app: https://developer.apple.com/documentation/accountorganizationaldatasharing/creating-a-client-secret */
async function checkSecret({ secret, clientId, publicKey, now }: SecretProof): Promise<boolean> {
  const [header = '', payload = '', signature = ''] = secret.split('.')
  try {
    const { alg, kid } = partOf(header)
    const { iss, sub, aud, exp } = partOf(payload)
    const isNamed = alg === 'ES256' && Boolean(kid) && Boolean(iss) && sub === clientId && aud === ISSUER
    const seconds = Number(exp) - now / 1000
    if (!isNamed || !(seconds > 0 && seconds <= SIX_MONTHS) || signature === '') return false
    return publicKey === undefined || (await isEs256SignedBy(publicKey, secret))
  } catch {
    return false
  }
}

const asksForUser = (scope = ''): boolean => scope.split(' ').some((name) => ['name', 'email'].includes(name))

const checkResponseMode = ({ scope, response_mode: mode }: Texts): string | undefined =>
  asksForUser(scope) && mode !== 'form_post'
    ? 'response_mode must be form_post when name or email scope is requested.'
    : undefined

/** Sign in with Apple. There is no API and no userinfo. */
export const apple: Personality = {
  name: 'apple',
  title: 'Apple',
  hosts: ['appleid.apple.com'],
  accounts: people(['001234.ada0000000000000000000000000001.0001', '001234.grace000000000000000000000000002.0002']),
  authorization: {
    at: 'appleid.apple.com/auth/authorize',
    pkce: 'optional',
    check: checkResponseMode,
    formPost: true,
    denial: { error: 'user_cancelled_authorize' },
    // Only the first consent tells the name.
    callback: ({ granted: { account, scopes, isFirst } }) => {
      const [firstName, lastName] = account.name.split(' ')
      const user = { name: { firstName, lastName }, email: account.email }
      return isFirst && scopes.includes('name') ? { user: JSON.stringify(user) } : {}
    },
  },
  token: {
    at: 'appleid.apple.com/auth/token',
    formats: ['form'],
    client: ['post'],
    checkSecret,
    codeSeconds: 300,
    lifetime: 3600,
    refresh: { kind: 'reusable' },
    answer: ({ accessToken, expiresIn, refreshToken, idToken }) => ({
      access_token: accessToken,
      token_type: 'Bearer',
      expires_in: expiresIn,
      refresh_token: refreshToken,
      id_token: idToken,
    }),
    errors: {
      code: oauthError(400, 'invalid_grant', 'The code has expired or has been revoked.'),
      client: oauthError(400, 'invalid_client'),
      refresh: oauthError(400, 'invalid_grant', 'The token has expired or has been revoked.'), // not verified
    },
  },
  openid: {
    issuer: ISSUER,
    discovery: 'appleid.apple.com/.well-known/openid-configuration',
    jwks: 'appleid.apple.com/auth/keys',
    when: 'always',
    claims: ({ granted: { account, scopes } }) =>
      scopes.includes('email') ? { email: account.email, email_verified: true } : {},
  },
  api: { dead: answer(401, null), routes: [] },
  revocations: [
    {
      at: 'POST appleid.apple.com/auth/revoke',
      client: ['post'],
      formats: ['form'],
      ends: 'alike', // not verified
      success: answer(200, null),
    },
  ],
  sources: {
    marks: { authorization: 'I', token: 'I', refresh: 'U', revocation: 'I', account: 'I', errors: 'U' },
    pages: ['https://developer.apple.com/documentation/signinwithapplerestapi/revoke-tokens'],
  },
}

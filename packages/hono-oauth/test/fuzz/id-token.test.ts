import fc from 'fast-check'
import { CompactSign, exportJWK, generateKeyPair, SignJWT } from 'jose'
import { describe, expect, it } from 'vitest'
import { BackChannel } from '../../src/protocol/back-channel.ts'
import { oidc } from '../../src/providers/oidc/index.ts'
import { codeOf, refusal, shown } from '../protocol/refusal.ts'
import { garbage, json, mutate, mutations, partial } from './mutants.ts'
import { fuzz } from './settings.ts'

const ISSUER = 'https://login.example'
const CLIENT_ID = 'client-id-1'
const NOW = 1_790_000_000
const SUBJECT = 'canary-subject'
const ACCESS_TOKEN = 'canary-access-token'
const [signing, foreign] = [await generateKeyPair('RS256'), await generateKeyPair('RS256')]
const KEYS: unknown = { keys: [{ ...(await exportJWK(signing.publicKey)), kid: 'known' }] }

const METADATA = {
  issuer: ISSUER,
  authorization_endpoint: `${ISSUER}/authorize`,
  token_endpoint: `${ISSUER}/token`,
  jwks_uri: `${ISSUER}/jwks`,
  userinfo_endpoint: `${ISSUER}/userinfo`,
}

const PATHS = ['/.well-known/openid-configuration', '/jwks', '/token', '/userinfo']

/** A provider whose server gives fixed answers; keys may be a raw text. */
function server(idToken: unknown, keys: unknown = KEYS) {
  const asked: string[] = []
  const answers: Record<string, unknown> = {
    '/.well-known/openid-configuration': METADATA,
    '/jwks': keys,
    '/token': { access_token: ACCESS_TOKEN, token_type: 'bearer', id_token: idToken },
    '/userinfo': { sub: SUBJECT, name: 'canary-name' },
  }
  const fetch = async (url: string) => {
    asked.push(url.slice(ISSUER.length))
    const answer = answers[new URL(url).pathname]
    return new Response(typeof answer === 'string' ? answer : JSON.stringify(answer))
  }
  const backChannel = new BackChannel({ fetch, timeoutMs: 5000 })
  const provider = oidc({ issuer: ISSUER, clientId: CLIENT_ID, scopes: [] })
  return { asked, backChannel, provider }
}

async function nonceOf(state: string): Promise<string> {
  const { provider, backChannel } = server(undefined)
  const request = { state, redirectUri: 'https://app.example/cb', scopes: [] }
  const url = await provider.authorizationUrl(request, backChannel, NOW)
  return url.searchParams.get('nonce') ?? ''
}

const CLAIMS = { iss: ISSUER, sub: SUBJECT, aud: CLIENT_ID, iat: NOW, exp: NOW + 600, nonce: await nonceOf('state') }

const sign = (claims: object, header: object = {}, key = signing.privateKey) =>
  new SignJWT({ ...claims }).setProtectedHeader({ alg: 'RS256', kid: 'known', ...header }).sign(key)

/** Whether a login with this ID token succeeds; a refusal must show no secret. */
async function isAccepted(idToken: unknown, keys?: unknown): Promise<boolean> {
  const { provider, backChannel, asked } = server(idToken, keys)
  const parameters = new URLSearchParams({ code: 'canary-code', state: 'state' })
  const callback = { parameters, state: 'state', redirectUri: 'https://app.example/cb', now: NOW }
  const login = provider.authorize({ ...callback, codeVerifier: 'v'.repeat(43) }, backChannel)
  const authorization = await login.catch(() => undefined)
  // The token names no address that is requested.
  expect(PATHS).toEqual(expect.arrayContaining(asked))
  if (authorization) {
    expect(authorization.grant.id).toBe(SUBJECT)
    return true
  }
  const error = await refusal(() => login)
  expect(await codeOf(() => login)).toBe('provider_response_invalid')
  expect(asked.includes('/userinfo')).toBe(shown(error).includes('user info about another subject'))
  return false
}
const GENUINE = await sign(CLAIMS)

const text = fc.oneof(fc.string(), fc.constantFrom(ISSUER, CLIENT_ID, SUBJECT, CLAIMS.nonce))
const value = fc.oneof(text, json, fc.integer(), fc.double(), fc.constantFrom(null, NOW, NOW + 600))
const claims = partial({
  iss: value,
  sub: value,
  aud: fc.oneof(value, fc.array(text)),
  azp: value,
  iat: value,
  exp: value,
  nbf: value,
  nonce: value,
  x: json,
})

/** The rules once more, read from OpenID Connect Core, section 3.1.3.7. */
function isGood(claims: Record<string, unknown>): boolean {
  const { iss, sub, aud, azp, iat, exp, nbf, nonce } = claims
  const audiences: unknown[] = Array.isArray(aud) ? aud : [aud]
  const isOurs = audiences.includes(CLIENT_ID)
  const isForOthers = audiences.some((audience) => audience !== CLIENT_ID)
  const isTimely =
    typeof iat === 'number' &&
    iat <= NOW + 60 &&
    typeof exp === 'number' &&
    exp > NOW - 60 &&
    (nbf === undefined || (typeof nbf === 'number' && nbf <= NOW + 60))
  return (
    iss === ISSUER &&
    sub === SUBJECT &&
    isOurs &&
    (azp === undefined ? !isForOthers : azp === CLIENT_ID) &&
    isTimely &&
    nonce === CLAIMS.nonce
  )
}

describe('an ID token', () => {
  it('is accepted as it was signed', async () => {
    expect(await isAccepted(GENUINE)).toBe(true)
    expect(await isAccepted(await sign(CLAIMS, { kid: undefined }))).toBe(true)
  })

  fuzz('is refused when it was changed', [mutations], async (mutations) => {
    const mutant = mutations.reduce(mutate, GENUINE)
    expect(await isAccepted(mutant)).toBe(mutant === GENUINE)
  })

  fuzz('is judged by its claims', [claims], async (changed) => {
    const whole = JSON.parse(JSON.stringify({ ...CLAIMS, ...changed }))
    expect(await isAccepted(await sign(whole))).toBe(isGood(whole))
  })

  fuzz(
    'is judged by our algorithm and our keys, with any header',
    [partial({ jwk: json, jku: json, x5u: json, x5c: json, typ: json, kid: json })],
    async (header) => {
      const own = await sign(CLAIMS, header)
      const names = !('kid' in header) || header.kid === 'known'
      expect(await isAccepted(own)).toBe(names)
      expect(await isAccepted(await sign(CLAIMS, header, foreign.privateKey))).toBe(false)
    },
  )

  fuzz(
    'is refused when its header asks for another algorithm or for more',
    [partial({ alg: value, crit: value, b64: json })],
    async (header) => {
      const [, payload, signature] = GENUINE.split('.')
      const encoded = Buffer.from(JSON.stringify({ alg: 'RS256', kid: 'known', ...header }))
      const mutant = `${encoded.toString('base64url')}.${payload}.${signature}`
      expect(await isAccepted(mutant)).toBe(mutant === GENUINE)
    },
  )

  fuzz('is refused when it is no ID token', [fc.oneof(garbage, json)], async (nonsense) => {
    expect(await isAccepted(nonsense)).toBe(false)
  })

  fuzz(
    'is judged with any key set',
    [
      fc.array(
        fc.oneof(
          json,
          partial({
            kty: fc.constantFrom('RSA', 'EC', 'oct', 'OKP', ''),
            kid: fc.constantFrom('known', 'other'),
            use: value,
            alg: value,
            key_ops: json,
            n: value,
            e: value,
            k: value,
          }),
        ),
        { maxLength: 4 },
      ),
    ],
    async (keys) => {
      expect(await isAccepted(GENUINE, { keys })).toBe(false)
      expect(await isAccepted(await sign(CLAIMS, { kid: undefined }), { keys })).toBe(false)
    },
  )

  // JSON.parse reads any depth; other code may not.
  it('is judged when it is nested deeper than any stack', async () => {
    const nested = `${'['.repeat(20_000)}${']'.repeat(20_000)}`
    const payload = JSON.stringify(CLAIMS).replace('}', `,"x":${nested}}`)
    const signed = await new CompactSign(Buffer.from(payload))
      .setProtectedHeader({ alg: 'RS256', kid: 'known' })
      .sign(signing.privateKey)
    expect(await isAccepted(signed)).toBe(true)
    const bad = signed.replace(/^[^.]+/, Buffer.from(`{"alg":${nested}}`).toString('base64url'))
    expect(await isAccepted(bad)).toBe(false)
    const keys = JSON.stringify(KEYS).replace('{"keys":[', `{"keys":[${nested},{"n":${nested}},`)
    expect(await isAccepted(GENUINE, keys)).toBe(true)
  })
})

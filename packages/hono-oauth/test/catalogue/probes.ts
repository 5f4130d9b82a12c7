import { Hono } from 'hono'
import { createOAuth, type OAuthConfig } from 'hono-oauth'
import { oauth2 } from 'hono-oauth/providers/oauth2'
import { oidc } from 'hono-oauth/providers/oidc'
import { webflow } from 'hono-oauth/providers/webflow'
import { memoryStore } from 'hono-oauth/stores/memory'
import { KeyRing } from '../../src/crypto/key-ring.ts'
import { open, seal } from '../../src/crypto/seal.ts'
import { BackChannel } from '../../src/protocol/back-channel.ts'
import { parseScope } from '../../src/protocol/scope.ts'
import { Secret } from '../../src/secret.ts'
import { guardReturnTo } from '../../src/transaction/return-to.ts'
import { createRecord } from '../../src/vault/record.ts'
import { ORIGIN } from '../rig/constants.ts'

/** What a row asks of the runtime itself, with no app around it. Everything is JSON both ways. */
export const PROBES = {
  /** The first request to an app whose configuration differs so. */
  async configuration({ settings = {}, example, url = `${ORIGIN}/auth/p/login` }: Configuration) {
    const oauth = createOAuth(() => {
      const provider = example
        ? oauth2({ ...EXAMPLE, ...example } as typeof EXAMPLE)
        : webflow({ clientId: 'id', clientSecret: 'not told to anybody', scopes: ['sites:read'] })
      return { ...SETTINGS, providers: { p: provider }, store: memoryStore(), ...settings } as unknown as OAuthConfig
    })
    const app = new Hono()
    app.route('/auth', oauth.routes)
    const response = await app.request(url)
    return {
      status: response.status,
      location: response.headers.get('location'),
      cookies: response.headers.getSetCookie(),
      body: await response.text(),
    }
  },

  /** Logins whose ID tokens each name another key, one after the other, over so many seconds. */
  async unknownKeys({ count, seconds }: { count: number; seconds: number }) {
    const issuer = 'https://oauth.example'
    let keySets = 0
    let refused = 0
    const encode = (json: object) =>
      btoa(JSON.stringify(json)).replace(/=+$/, '').replaceAll('+', '-').replaceAll('/', '_')
    const answers: Record<string, () => object> = {
      '/.well-known/openid-configuration': () => ({
        issuer,
        authorization_endpoint: `${issuer}/authorize`,
        token_endpoint: `${issuer}/token`,
        jwks_uri: `${issuer}/jwks`,
      }),
      '/jwks': () => {
        keySets++
        return { keys: [{ kty: 'RSA', kid: 'known', n: 'AQAB', e: 'AQAB' }] }
      },
      '/token': () => ({
        access_token: 'token',
        token_type: 'bearer',
        id_token: `${encode({ alg: 'RS256', kid: crypto.randomUUID() })}.${encode({})}.AAAA`,
      }),
    }
    const fetch = async (url: string) => Response.json(answers[new URL(url).pathname]?.())
    const backChannel = new BackChannel({ fetch, timeoutMs: 5000 })
    const provider = oidc({ issuer, clientId: 'id', clientSecret: 'secret', scopes: [] })
    const parameters = new URLSearchParams({ code: 'code', state: 'state' })
    const callback = { parameters, state: 'state', redirectUri: `${ORIGIN}/auth/p/callback` }
    for (let each = 0; each < count; each++) {
      const now = 1_790_000_000 + Math.floor((each * seconds) / count)
      await provider.authorize({ ...callback, codeVerifier: 'v'.repeat(43), now }, backChannel).catch(() => refused++)
    }
    return { refused, keySets }
  },

  returnTo({ values }: { values: string[] }) {
    const guard = { origin: ORIGIN, authPath: '/auth', fallback: '/' }
    return values.map((value) => guardReturnTo(value, guard))
  },

  /** What every object of this runtime has that no object should have. */
  polluted({ names }: { names: string[] }) {
    return names.filter((name) => name in {})
  },

  scopes({ texts }: { texts: string[] }) {
    return texts.map(parseScope)
  },

  /** Seals the same value many times; returns its nonces, and which purposes open which. */
  async seals({ key, count }: { key: string; count: number }) {
    const ring = new KeyRing(key)
    const nonces = new Set<string | undefined>()
    const sealed = await seal(ring, 'record', 'place', 'value')
    // Many at once, as under load, and no more of them in memory than that.
    for (let done = 0; done < count; done += AT_ONCE) {
      const some = Array.from({ length: Math.min(AT_ONCE, count - done) }, (_, each) =>
        seal(ring, 'record', 'place', each),
      )
      for (const text of await Promise.all(some)) nonces.add(text.split('.')[1])
    }
    const purposes = ['transaction', 'session', 'record', 'login-link'] as const
    const opened = await Promise.all(purposes.map((purpose) => open(ring, purpose, 'place', sealed)))
    return { nonces: nonces.size, openedBy: purposes.filter((_, index) => opened[index] !== undefined) }
  },

  /** When each of many tokens that were issued together is to be renewed, in seconds from then. */
  renewalTimes({ count, lifetime }: { count: number; lifetime: number }) {
    const tokens = { accessToken: new Secret('token'), expiresInSeconds: lifetime }
    const grant = { id: 'grant', scopes: [], account: { id: 'account', name: null }, revocable: true }
    const identity = { id: 'id', provider: 'p', createdAt: 0 }
    return Array.from({ length: count }, () => createRecord(identity, tokens, grant, 0).renewAt ?? Number.NaN)
  },
}

export type ProbeName = keyof typeof PROBES

const AT_ONCE = 500

interface Configuration {
  readonly settings?: object
  /** Settings of a plain OAuth 2.0 server, in place of Webflow. */
  readonly example?: object
  readonly url?: string
}

const SETTINGS = { origin: ORIGIN, keys: 'Xq3Jm0bV8rTnYcE5wLhKz2FaUdGs7iPoRt91BvNxQ4M' }
const EXAMPLE = {
  clientId: 'id',
  clientSecret: 'not told to anybody',
  scopes: ['profile'],
  authorizationEndpoint: 'https://oauth.example/authorize',
  tokenEndpoint: 'https://oauth.example/token',
  apiOrigins: ['https://oauth.example'] as [string],
}

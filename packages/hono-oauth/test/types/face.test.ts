import { Hono } from 'hono'
import { hc } from 'hono/client'
import { type ConnectionEnv, type ConnectionSummary, createOAuth, otherScope, type Secret } from 'hono-oauth'
import { oidc } from 'hono-oauth/providers/oidc'
import { quickbooks } from 'hono-oauth/providers/quickbooks'
import type { WebflowAccount } from 'hono-oauth/providers/webflow'
import { memoryStore } from 'hono-oauth/stores/memory'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { MINIMAL } from '../rig/minimal.ts'

const oauth = createOAuth((_env: { readonly SECRET: string }) => MINIMAL)

// The compiler is the test: `tsc` fails when one of these lines stops or starts to compile.
describe('the types of the face', () => {
  it('know the providers of the configuration', () => {
    oauth.require('webflow')
    // @ts-expect-error no provider has this name
    oauth.require('webflwo')
  })

  it('know the scopes, and take others that are named on purpose', () => {
    oauth.require('webflow', { scopes: ['cms:read', otherScope('something_new:read')] })
    // @ts-expect-error misspelt
    oauth.require('webflow', { scopes: ['cms:raed'] })
    // @ts-expect-error a scope is a text
    oauth.require('webflow', { scopes: [1] })
  })

  it('know the algorithms that an ID token may have', () => {
    const settings = { issuer: 'https://login.example', clientId: 'id', scopes: [] }
    oidc({ ...settings, idTokenAlg: 'ES256' })
    // @ts-expect-error its verifier could have signed it
    expect(() => oidc({ ...settings, idTokenAlg: 'HS256' })).toThrow()
  })

  it('put the connection behind require() alone', () => {
    const app = new Hono()
    app.get('/open', (c) => {
      // @ts-expect-error nothing set a connection here
      return c.json(c.var.connection)
    })
    app.get('/sites', oauth.require('webflow'), (c) => {
      expectTypeOf(c.var.connection.account).toEqualTypeOf<WebflowAccount>()
      expectTypeOf(c.var.connection.accessToken()).resolves.toEqualTypeOf<Secret>()
      expectTypeOf(c.var.connection).not.toBeAny()
      return c.text('ok')
    })
  })

  it('know the env of the configuration, and its providers in every setting', () => {
    const background = () => oauth.connections({ SECRET: 'secret' })
    expectTypeOf(background).not.toBeAny()
    // @ts-expect-error the configuration needs a secret
    const broken = () => oauth.connections({})
    expectTypeOf(broken).toBeFunction()
    // @ts-expect-error no provider has this name
    createOAuth(() => ({ ...MINIMAL, stores: { webflwo: memoryStore() } }))
    // @ts-expect-error no setting has this name
    createOAuth(() => ({ ...MINIMAL, onConected: () => undefined }))
    createOAuth(() => {
      const development = { emulator: 'http://localhost:9000', onEvent: () => undefined }
      return { ...MINIMAL, ...development, onConnected: (c, { connection }) => c.text(connection.id) }
    })
  })

  it('tell the providers of a list apart', () => {
    const two = createOAuth(() => ({
      ...MINIMAL,
      providers: { ...MINIMAL.providers, books: quickbooks({ clientId: 'a', clientSecret: 'b' }) },
    }))
    new Hono().get('/', async (c) => {
      for (const connection of await two.list(c)) {
        if (connection.provider === 'webflow') expectTypeOf(connection.account).toEqualTypeOf<WebflowAccount>()
        else expectTypeOf(connection.details.realmId).toEqualTypeOf<string | undefined>()
      }
      return c.body(null)
    })
  })

  it('keep the connections of two providers apart on one route', () => {
    new Hono().get('/', oauth.require('webflow', { as: 'source' }), oauth.require('webflow'), (c) => {
      expectTypeOf(c.var.source.account).toEqualTypeOf<WebflowAccount>()
      expectTypeOf(c.var.connection.account).toEqualTypeOf<WebflowAccount>()
      // @ts-expect-error nothing set this
      return c.json(c.var.target)
    })
  })

  it('show the routes to the client of Hono', () => {
    const app = new Hono().route('/auth', oauth.routes)
    const { auth } = hc<typeof app>('https://app.example')
    const list = async () => (await auth.connections.$get()).json()
    expectTypeOf(list).returns.resolves.toEqualTypeOf<{ connections: ConnectionSummary[] }>()
    const param = { id: 'webflow.b7c1.x2y3' }
    const revoke = async () =>
      (await auth.connections[':id'].revoke.$post({ param, header: { accept: 'application/json' } })).json()
    expectTypeOf(revoke).returns.resolves.toEqualTypeOf<{ outcome: 'revoked' | 'pending' | 'deleted_only' }>()
    const login = auth[':provider'].login.$url({ param: { provider: 'webflow' }, query: { return_to: '/sites' } })
    expect(login.href).toBe('https://app.example/auth/webflow/login?return_to=%2Fsites')
  })

  it('let an app name the variables for its own helpers', () => {
    expectTypeOf<ConnectionEnv<WebflowAccount>['Variables']['connection']['scopes']>().toEqualTypeOf<
      readonly string[]
    >()
  })
})

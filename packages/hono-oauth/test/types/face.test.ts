import { Hono } from 'hono'
import { type ConnectionEnv, createOAuth, type Secret } from 'hono-oauth'
import { oidc } from 'hono-oauth/providers/oidc'
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

  it('suggest scopes, and stay open for new ones', () => {
    oauth.require('webflow', { scopes: ['cms:read', 'something_new:read'] })
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
  })

  it('let an app name the variables for its own helpers', () => {
    expectTypeOf<ConnectionEnv<WebflowAccount>['Variables']['connection']['scopes']>().toEqualTypeOf<
      readonly string[]
    >()
  })
})

import * as root from 'hono-oauth'
import * as oauth2 from 'hono-oauth/providers/oauth2'
import * as oidc from 'hono-oauth/providers/oidc'
import * as webflow from 'hono-oauth/providers/webflow'
import * as cached from 'hono-oauth/stores/cached'
import * as d1 from 'hono-oauth/stores/d1'
import * as kv from 'hono-oauth/stores/kv'
import * as memory from 'hono-oauth/stores/memory'
import * as testing from 'hono-oauth/testing'
import { describe, it } from 'vitest'

describe('what the package exports', () => {
  it('is this and no more', ({ expect }) => {
    expect(Object.keys(root).sort()).toEqual(['OAuthError', 'Secret', 'createOAuth', 'isOAuthError'])
    expect(Object.keys(oauth2)).toEqual(['oauth2'])
    expect(Object.keys(oidc)).toEqual(['oidc'])
    expect(Object.keys(webflow)).toEqual(['webflow'])
    expect(Object.keys(cached)).toEqual(['cachedStore'])
    expect(Object.keys(d1)).toEqual(['d1Store'])
    expect(Object.keys(kv)).toEqual(['kvStore'])
    expect(Object.keys(memory)).toEqual(['memoryStore'])
    expect(Object.keys(testing).sort()).toEqual(['fakeClock', 'faultyStore', 'seededRandom', 'workersKv'])
  })
})

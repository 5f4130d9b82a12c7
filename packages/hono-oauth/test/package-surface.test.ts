import * as root from 'hono-oauth'
import * as webflow from 'hono-oauth/providers/webflow'
import * as kv from 'hono-oauth/stores/kv'
import * as memory from 'hono-oauth/stores/memory'
import { describe, it } from 'vitest'

describe('what the package exports', () => {
  it('is this and no more', ({ expect }) => {
    expect(Object.keys(root).sort()).toEqual([
      'OAuthError',
      'Secret',
      'createOAuth',
      'isOAuthError',
    ])
    expect(Object.keys(webflow)).toEqual(['webflow'])
    expect(Object.keys(kv)).toEqual(['kvStore'])
    expect(Object.keys(memory)).toEqual(['memoryStore'])
  })
})

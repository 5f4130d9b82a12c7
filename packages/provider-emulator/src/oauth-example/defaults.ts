import type { OauthExampleClientOptions, OauthExampleUser } from './options.ts'

/** The scopes a client can register. */
export const OAUTH_EXAMPLE_SCOPES: readonly string[] = [
  'openid',
  'profile',
  'email',
  'items:read',
  'items:write',
]

/** The client that is registered when none is configured. */
export const DEFAULT_OAUTH_EXAMPLE_CLIENT: OauthExampleClientOptions & { readonly secret: string } =
  {
    id: 'example-client',
    // Characters that read differently when they are not encoded inside HTTP Basic.
    secret: 'example-secret:with+%/=characters',
    name: 'Example App',
    redirectUris: ['http://localhost:8787/auth/example/callback'],
  }

/** The accounts the consent page offers; consent at once takes the first one. */
export const DEFAULT_OAUTH_EXAMPLE_USERS: readonly OauthExampleUser[] = [
  { sub: 'user-1001', name: 'Ada Example', email: 'ada@example.com' },
  { sub: 'user-1002', name: 'Grace Example', email: 'grace@example.com' },
]

import { answer, describedErrors } from '../answers.ts'
import type { Texts } from '../contexts.ts'
import type { Personality } from '../personality.ts'
import { people } from './people.ts'
import { prefixed } from './tokens.ts'

const checkLength = ({ redirect_uri: redirectUri = '', state = '' }: Texts): string | undefined =>
  redirectUri.length + state.length > 4096 ? 'redirect_uri and state must not exceed 4 kB together.' : undefined

/** https://supabase.com/docs/guides/integrations/build-a-supabase-oauth-integration: the scopes are set on the app. */
export const supabase: Personality = {
  name: 'supabase',
  title: 'Supabase',
  hosts: ['api.supabase.com'],
  accounts: people(['org-ada', 'org-grace']),
  authorization: { at: 'api.supabase.com/v1/oauth/authorize', scope: 'none', pkce: 'optional', check: checkLength },
  token: {
    at: 'api.supabase.com/v1/oauth/token',
    formats: ['form'],
    client: ['basic'],
    lifetime: 86_400, // not verified
    refresh: { kind: 'rotating' },
    accessToken: prefixed('sbp_oauth_'),
    errors: describedErrors({ code: 'Invalid code', refresh: 'Invalid refresh token', client: 'Invalid client' }), // not verified
  },
  api: {
    dead: answer(401, { message: 'Unauthorized' }),
    forbidden: answer(403, { message: 'Forbidden resource' }),
    // No request tells the person. // not verified
    account: {
      at: 'GET api.supabase.com/v1/organizations',
      answer: ({ granted: { account } }) => [{ id: account.id, name: `Organization of ${account.name}` }],
    },
    routes: [{ at: 'GET api.supabase.com/v1/projects', answer: () => [] }],
  },
  revocations: [
    {
      at: 'POST api.supabase.com/v1/oauth/revoke',
      client: ['post'],
      formats: ['json'],
      member: 'refresh_token',
      kinds: ['refresh'],
      ends: 'grant',
      success: answer(204, null),
    },
  ],
  sources: {
    marks: { authorization: 'D', token: 'D', refresh: 'I', revocation: 'I', account: 'U', errors: 'U' },
    pages: ['https://supabase.com/docs/guides/integrations/build-a-supabase-oauth-integration'],
  },
}

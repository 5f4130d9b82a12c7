import { answer, describedErrors } from '../answers.ts'
import type { Personality } from '../personality.ts'
import { people } from './people.ts'

/** https://docs.discord.com/developers/topics/oauth2 */
export const discord: Personality = {
  name: 'discord',
  title: 'Discord',
  hosts: ['discord.com'],
  accounts: people(['80351110224678912', '80351110224678913']),
  authorization: { at: 'discord.com/oauth2/authorize', pkce: 'optional' },
  token: {
    at: 'discord.com/api/oauth2/token',
    formats: ['form'],
    client: ['basic', 'post'],
    lifetime: 604_800,
    refresh: { kind: 'rotating' }, // not verified: whether the old refresh token dies
    errors: describedErrors({ code: 'Invalid "code" in request.', redirect: 'Invalid "redirect_uri" in request.' }),
  },
  api: {
    dead: answer(401, { message: '401: Unauthorized', code: 0 }),
    forbidden: answer(403, { message: 'Missing Access', code: 50001 }),
    account: {
      at: 'GET discord.com/api/users/@me',
      answer: ({ granted: { account } }) => ({
        id: account.id,
        username: account.email.split('@')[0],
        global_name: account.name,
      }),
    },
    routes: [{ at: 'GET discord.com/api/users/@me/guilds', answer: () => [] }],
  },
  revocations: [
    {
      // Any token ends all tokens of the authorization.
      at: 'POST discord.com/api/oauth2/token/revoke',
      client: ['basic', 'post'],
      formats: ['form'],
      ends: 'alike',
      success: answer(200, {}),
    },
  ],
  sources: {
    marks: { authorization: 'D', token: 'D', refresh: 'U', revocation: 'D', account: 'I', errors: 'U' },
    pages: ['https://docs.discord.com/developers/topics/oauth2'],
  },
}

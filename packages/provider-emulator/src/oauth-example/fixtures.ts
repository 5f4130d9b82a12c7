import { type Fixtures, idAt } from '../fixtures.ts'
import { DEFAULT_OAUTH_EXAMPLE_USERS } from './config.ts'
import type { OauthExampleOptions } from './options.ts'

/** The users of fixtures. */
export function exampleData({ people }: Fixtures): Pick<OauthExampleOptions, 'users'> {
  if (people === undefined) return {}
  const ids = DEFAULT_OAUTH_EXAMPLE_USERS.map(({ sub }) => sub)
  return { users: people.map(({ name, email }, index) => ({ sub: idAt(ids, index), name, email })) }
}

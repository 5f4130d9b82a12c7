/** A user who can sign in on the consent page. */
export interface OauthExampleUser {
  readonly sub: string
  readonly name: string
  readonly email: string
}

/** What `GET /api/items` lists. */
export const itemsOf = (sub: string) =>
  ['first', 'second', 'third'].map((id) => ({ id, owner: sub, name: `The ${id} item` }))

import type { GrantControl, GrantState } from './grant-control.ts'
import type { Access, ProviderOperations } from './operations.ts'

/** What the control page says about a grant. */
export type GrantWords = (grant: GrantState) => Pick<Access, 'who' | 'details'>

/** The operations of a provider whose accesses are grants. */
export function grantOperations(control: GrantControl, describe: GrantWords): ProviderOperations {
  const accessOf = (grant: GrantState): Access => ({
    id: grant.id,
    ...describe(grant),
    alive: grant.alive,
    liveTokens: grant.liveAccessTokens + grant.liveRefreshTokens,
    actions: grant.alive
      ? [
          {
            name: 'revoke',
            label: 'Revoke',
            run() {
              control.revokeGrant(grant.id)
              return `The grant of ${describe(grant).who} is revoked. The app was not told.`
            },
          },
        ]
      : [],
  })
  return {
    accesses: () => control.grants().map(accessOf),
    withdrawAll() {
      const alive = control.grants().filter((grant) => grant.alive)
      for (const { id } of alive) control.revokeGrant(id)
      return alive.length
    },
    expireAccessTokens: () => control.expireAccessTokens(),
  }
}

/** The words about a grant whose only content is an account and scopes. */
export const accountAndScopes =
  (nameOf: (subject: string) => string | undefined): GrantWords =>
  ({ subject, scopes }) => ({
    who: subject === null ? 'The app itself' : (nameOf(subject) ?? subject),
    details: [{ label: 'Scopes', text: scopes.length === 0 ? 'none' : scopes.join(', ') }],
  })

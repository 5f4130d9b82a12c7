import { scopeClaims } from '../../id-token-claims.ts'
import type { Account } from '../contexts.ts'

/** The two accounts of a provider, with its own kind of ids. */
export const people = (
  [id, otherId]: readonly [string, string],
  [tenant, otherTenant]: readonly [string, string] = ['', ''],
): readonly [Account, Account] => [
  { id, name: 'Ada Lovelace', email: 'ada@example.com', tenant },
  { id: otherId, name: 'Grace Hopper', email: 'grace@example.com', tenant: otherTenant },
]

/** The name of an account's tenant. Without one, it is a team or company of that account. */
export const tenantNameOf = ({ tenantName, name }: Account, kind: string): string => tenantName ?? `${kind} of ${name}`

/** The claims or the userinfo of the scopes `profile` and `email`. */
export const standardClaims = (account: Account, scopes: readonly string[]) => scopeClaims(account.id, account, scopes)

import { type Fixtures, idAt, type PersonFixture } from '../fixtures.ts'
import type { Account } from './contexts.ts'
import type { Personality } from './personality.ts'

/** People in one workspace have one tenant. A tenant that is a region cannot be another one than the known. */
function tenantOf(
  { accounts, tenants }: Personality,
  { workspaces = [] }: Fixtures,
  person: PersonFixture,
  index: number,
) {
  const known = accounts.map(({ tenant }) => tenant)
  const workspace = workspaces.findIndex(({ name }) => name === person.workspace)
  const place = workspace === -1 ? index : workspace
  // Not every provider has tenants, and not for every account.
  if (known[0] === '') return known[place] ?? ''
  return tenants === 'fixed' ? (known[place % known.length] ?? '') : idAt(known, place)
}

/** A personality with the people, workspaces and shops of fixtures. */
export function withFixtures(personality: Personality, fixtures: Fixtures): Personality {
  const { people = [], shops = [] } = fixtures
  const ids = personality.accounts.map(({ id }) => id)
  const shopNames = new Map(shops.map(({ domain, name }) => [domain, name]))
  const accountOf = (person: PersonFixture, index: number): Account => ({
    id: idAt(ids, index),
    name: person.name,
    email: person.email,
    tenant: tenantOf(personality, fixtures, person, index),
    ...(person.workspace === undefined ? {} : { tenantName: person.workspace }),
  })
  const [first, ...others] = people.length === 0 ? personality.accounts : people.map(accountOf)
  if (first === undefined) return personality
  const withShops = (account: Account): Account => (shops.length === 0 ? account : { ...account, shopNames })
  return { ...personality, accounts: [withShops(first), ...others.map(withShops)] }
}

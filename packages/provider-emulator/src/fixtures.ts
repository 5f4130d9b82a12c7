/** An account that can sign in. */
export interface PersonFixture {
  readonly name: string
  readonly email: string
  /** The workspace, team or organization that the account belongs to, where a provider has one. */
  readonly workspace?: string
}

/** A workspace, which people and sites belong to. */
export interface WorkspaceFixture {
  readonly name: string
}

/** A site, for the providers that have sites. */
export interface SiteFixture {
  readonly name: string
  /** Default: the first workspace. */
  readonly workspace?: string
  /** The address of a published site. */
  readonly url?: string
}

/** A shop, for the providers that have shops. */
export interface ShopFixture {
  /** The first part of the host name. */
  readonly domain: string
  readonly name: string
}

/**
 * The people, workspaces, sites and shops of all providers. What is left out keeps its default. At a provider with one
 * user, that is the first person.
 */
export interface Fixtures {
  readonly people?: readonly PersonFixture[]
  readonly workspaces?: readonly WorkspaceFixture[]
  readonly sites?: readonly SiteFixture[]
  readonly shops?: readonly ShopFixture[]
}

/**
 * Thrown for fixtures that cannot work. Its message names the member and says what to change.
 *
 * @example
 * try {
 *   createEmulator({ fixtures: { people: [] } })
 * } catch (error) {
 *   if (error instanceof FixtureError) console.error(error.message)
 * }
 */
export class FixtureError extends Error {
  override name = 'FixtureError'
}

interface Member {
  readonly what: string
  readonly fits: (text: string) => boolean
  readonly isOptional?: true
}

const TEXT: Member = { what: 'a text that is not empty', fits: (text) => text.trim() !== '' }
const EMAIL: Member = { what: 'an e-mail address', fits: (text) => /^[^\s@]+@[^\s@]+$/.test(text) }
const WEB_URL: Member = {
  what: 'an http or https URL',
  fits: (text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol),
  isOptional: true,
}
const DOMAIN: Member = { what: 'letters, digits and hyphens', fits: (text) => /^[a-z0-9][a-z0-9-]*$/.test(text) }
const WORKSPACE: Member = { ...TEXT, isOptional: true }

type Members = Readonly<Record<string, Member>>

/** The lists, the members of their entries, and the member that no two entries share. */
const LISTS: Readonly<Record<string, { readonly members: Members; readonly unique: string }>> = {
  people: { members: { name: TEXT, email: EMAIL, workspace: WORKSPACE }, unique: 'email' },
  workspaces: { members: { name: TEXT }, unique: 'name' },
  sites: { members: { name: TEXT, workspace: WORKSPACE, url: WEB_URL }, unique: 'name' },
  shops: { members: { domain: DOMAIN, name: TEXT }, unique: 'domain' },
}

type Json = Readonly<Record<string, unknown>>

function objectAt(path: string, value: unknown): Json {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Json
  throw new FixtureError(`${path} must be an object.`)
}

function refuseUnknown(path: string, value: Json, known: readonly string[]): void {
  const unknown = Object.keys(value).find((name) => !known.includes(name))
  if (unknown === undefined) return
  throw new FixtureError(`${path} has an unknown member "${unknown}". It may have: ${known.join(', ')}.`)
}

function checkEntry(path: string, value: unknown, members: Members): Json {
  const entry = objectAt(path, value)
  refuseUnknown(path, entry, Object.keys(members))
  for (const [name, { what, fits, isOptional = false }] of Object.entries(members)) {
    const member = entry[name]
    if (member === undefined && isOptional) continue
    if (member === undefined) throw new FixtureError(`${path}.${name} is missing. It must be ${what}.`)
    if (typeof member !== 'string' || !fits(member)) throw new FixtureError(`${path}.${name} must be ${what}.`)
  }
  return entry
}

function checkList(name: string, value: unknown): void {
  const path = `fixtures.${name}`
  const { members, unique } = LISTS[name] ?? { members: {}, unique: '' }
  if (!Array.isArray(value)) throw new FixtureError(`${path} must be an array.`)
  if (value.length === 0) throw new FixtureError(`${path} is empty. Leave it out for the default ones.`)
  const seen = new Map<unknown, number>()
  for (const [index, item] of value.entries()) {
    const key = checkEntry(`${path}[${index}]`, item, members)[unique]
    const first = seen.get(key)
    if (first !== undefined) {
      throw new FixtureError(
        `${path}[${index}].${unique} is "${key}", as in ${path}[${first}]. Each one needs its own.`,
      )
    }
    seen.set(key, index)
  }
}

/** Throws for an entry whose workspace is in no list. */
function checkWorkspaces({ people = [], sites = [], workspaces = [] }: Fixtures): void {
  const known = workspaces.map(({ name }) => name)
  for (const [list, entries] of Object.entries({ people, sites })) {
    for (const [index, { workspace }] of entries.entries()) {
      if (workspace === undefined || known.includes(workspace)) continue
      const names = known.length === 0 ? 'There are none' : `There are: ${known.join(', ')}`
      throw new FixtureError(
        `fixtures.${list}[${index}].workspace is "${workspace}", which is not in fixtures.workspaces. ${names}.`,
      )
    }
  }
}

/** Checks fixtures, such as those of a JSON file. Throws a FixtureError for the first mistake. */
export function readFixtures(value: unknown): Fixtures {
  const fixtures = objectAt('fixtures', value)
  refuseUnknown('fixtures', fixtures, Object.keys(LISTS))
  for (const [name, list] of Object.entries(fixtures)) if (list !== undefined) checkList(name, list)
  checkWorkspaces(fixtures)
  return fixtures
}

/**
 * An id for the entry at an index: one of the known ids, or another one of their kind. Digits stay digits and
 * hexadecimal digits stay hexadecimal, so only the last four places differ.
 */
export function idAt(known: readonly string[], index: number): string {
  const id = known[index]
  if (id !== undefined) return id
  const [, body = '', end = ''] = /^(.*?)([^a-z0-9]*)$/i.exec(known[0] ?? '') ?? []
  const isReplaceable = /.[0-9a-f]{4}$/i.test(body)
  return `${isReplaceable ? body.slice(0, -4) + (7000 + index) : body + index}${end}`
}

/** A name as a part of a URL: `Acme Studio` becomes `acme-studio`. */
export const slugOf = (name: string): string =>
  name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '') || 'unnamed'

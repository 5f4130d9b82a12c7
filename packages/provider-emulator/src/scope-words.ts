/** What scopes allow, in words, by scope. */
export type ScopeWords = Readonly<Record<string, string>>

const COMMON: ScopeWords = {
  openid: 'Know who you are',
  profile: 'See your name and picture',
  email: 'See your e-mail address',
  offline_access: 'Keep the access while you are away',
}

const VERBS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    See: ['read', 'readonly', 'view', 'list', 'get'],
    Change: ['write', 'edit', 'update', 'modify', 'create'],
    Manage: ['manage', 'admin', 'full'],
    Delete: ['delete'],
    Send: ['send'],
    Publish: ['publish'],
  }).flatMap(([verb, parts]) => parts.map((part) => [part, verb] as const)),
)

const ACRONYMS = new Set(['api', 'cms', 'crm', 'dns', 'id', 'ssh', 'url'])

/** The words of a scope such as `crm.objects.contacts.read`, `Mail.ReadWrite` or a URL. */
const partsOf = (scope: string): readonly string[] =>
  (scope.split('/').findLast((part) => part !== '') ?? scope)
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((part) => part !== '')

/** Guesses what a scope allows from its parts. */
function guess(scope: string): string {
  const parts = partsOf(scope)
  const verbs = [...new Set(parts.flatMap((part) => VERBS.get(part) ?? []))]
  const nouns = parts.filter((part) => !VERBS.has(part))
  const [first = 'Use', ...others] = verbs
  const what =
    nouns.length === 0 ? 'data' : nouns.map((part) => (ACRONYMS.has(part) ? part.toUpperCase() : part)).join(' ')
  return `${[first, ...others.map((verb) => verb.toLowerCase())].join(' and ')} your ${what}`
}

/** What a scope allows, in words: those of the provider, or those that the parts of the scope suggest. */
export function wordsOfScope(scope: string, own: ScopeWords = {}): string {
  const known = new Map([...Object.entries(COMMON), ...Object.entries(own)])
  return known.get(scope) ?? guess(scope)
}

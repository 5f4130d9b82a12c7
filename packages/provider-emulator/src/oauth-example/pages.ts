import { appLink, type ProviderPages, providerPages } from '../pages.ts'
import type { ProviderBindings } from '../provider.ts'
import type { ScopeWords } from '../scope-words.ts'
import type { ExampleClient, ExampleConfig } from './config.ts'

/** What the scopes of the small API allow, in words. */
export const SCOPE_WORDS: ScopeWords = {
  'items:read': 'See your items',
  'items:write': 'Change your items',
}

const pagesFor = providerPages('Emulated oauth.example, no real account')

/** The pages of a request, for this client or the first one. */
export const pagesOf = (
  { clients: [first] }: ExampleConfig,
  { controlPage }: ProviderBindings,
  client: ExampleClient | undefined = first,
): ProviderPages => pagesFor({ controlPage, app: client && appLink(client.name, client.redirectUris[0]) })

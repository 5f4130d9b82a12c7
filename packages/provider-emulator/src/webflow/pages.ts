import { appLink, type ProviderPages, providerPages } from '../pages.ts'
import type { ProviderBindings } from '../provider.ts'
import type { WebflowClient, WebflowConfig } from './config.ts'

const pagesFor = providerPages('Emulated Webflow, not the real one')

/** The pages of a request, for this app or the first one. */
export const pagesOf = (
  { clients: [first] }: WebflowConfig,
  { controlPage }: ProviderBindings,
  client: WebflowClient | undefined = first,
): ProviderPages => pagesFor({ controlPage, app: client && appLink(client.name, client.redirectUris[0]) })

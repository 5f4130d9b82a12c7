import { webflow } from 'hono-oauth/providers/webflow'
import { memoryStore } from 'hono-oauth/stores/memory'
import { KEY, ORIGIN } from './constants.ts'
import { CLIENT } from './provider.ts'

/** The least that an app sets: Webflow, over memory. */
export const MINIMAL = {
  origin: ORIGIN,
  keys: KEY,
  providers: { webflow: webflow({ clientId: CLIENT.id, clientSecret: CLIENT.secret, scopes: ['sites:read'] }) },
  store: memoryStore(),
}

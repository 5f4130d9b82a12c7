import type { Sources } from '../sources.ts'

/** Revocation, account and errors are of the current API; an option has each answer that pages disagree about. */
export const WEBFLOW_SOURCES: Sources = {
  marks: { authorization: 'DS', token: 'DS', refresh: 'D', revocation: 'D', account: 'DS', errors: 'DS' },
  clients: ['webflow-api'],
  pages: ['https://developers.webflow.com/data/reference/oauth-app', 'https://github.com/webflow/js-webflow-api'],
}

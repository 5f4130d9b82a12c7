import type { Sources } from '../sources.ts'

/** There is no revocation endpoint: the owner of a site removes the app. */
export const WIX_SOURCES: Sources = {
  marks: { authorization: 'DS', token: 'DS', refresh: 'DS', revocation: 'D', account: 'DS', errors: 'IS' },
  clients: ['@wix/sdk'],
  pages: [
    'https://dev.wix.com/docs/build-apps/build-your-app/authentication/use-oauth',
    'https://dev.wix.com/docs/sdk/core-modules/sdk/app-strategy',
  ],
}

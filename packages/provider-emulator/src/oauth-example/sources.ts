import type { Sources } from '../sources.ts'

/** No vendor: the RFCs are its documentation. */
export const OAUTH_EXAMPLE_SOURCES: Sources = {
  marks: { authorization: 'D', token: 'D', refresh: 'D', revocation: 'D', account: 'D', errors: 'D' },
  pages: [
    'https://www.rfc-editor.org/rfc/rfc6749',
    'https://www.rfc-editor.org/rfc/rfc7009',
    'https://openid.net/specs/openid-connect-core-1_0.html',
  ],
}

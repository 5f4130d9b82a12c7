import { type WebflowOptions, webflow } from '../../../src/providers/webflow/index.ts'
import { CLIENT_ID, CLIENT_SECRET } from '../oauth2/support.ts'

/** A Webflow provider with the usual settings. */
export const provider = (options: Partial<WebflowOptions> = {}) =>
  webflow({ clientId: CLIENT_ID, clientSecret: CLIENT_SECRET, scopes: ['sites:read', 'pages:read'], ...options })

/** An introspection as Webflow documents it. */
export const introspection = (authorization: object = {}, rest: object = { application: { id: 'x' } }) => ({
  authorization: {
    id: 'grant-1',
    createdOn: '2016-10-03T23:12:00.755Z',
    grantType: 'authorization_code',
    rateLimit: 60,
    scope: 'sites:read,pages:read',
    authorizedTo: { siteIds: ['site-1', 'site-2'], workspaceIds: ['space-1'], userIds: ['user-1'] },
    ...authorization,
  },
  ...rest,
})

import { webflow } from 'hono-oauth/providers/webflow'

/** The settings of an app without its store. */
export const settingsOf = (env: Env) => ({
  origin: env.PUBLIC_ORIGIN,
  keys: env.OAUTH_KEYS,
  providers: {
    webflow: webflow({
      clientId: env.WEBFLOW_CLIENT_ID,
      clientSecret: env.WEBFLOW_CLIENT_SECRET,
      scopes: ['sites:read', 'authorized_user:read'],
    }),
  },
})

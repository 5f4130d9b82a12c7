type ReadOrWrite<Resource extends string> = `${Resource}:read` | `${Resource}:write`

/**
 * The scopes that Webflow documents; its list grows, so any other text is allowed as well.
 *
 * @see {@link https://developers.webflow.com/data/reference/scopes | Webflow - Scopes}
 */
export type WebflowScope =
  | ReadOrWrite<
      | 'assets'
      | 'cms'
      | 'comments'
      | 'components'
      | 'custom_code'
      | 'ecommerce'
      | 'forms'
      | 'pages'
      | 'site_config'
      | 'sites'
      | 'users'
      | 'workspace'
    >
  | 'authorized_user:read'
  | 'site_activity:read'
  | 'workspace_activity:read'
  | (string & {})

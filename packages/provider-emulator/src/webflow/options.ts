/** A workspace that the consent page offers. */
export interface WebflowWorkspace {
  readonly id: string
  readonly slug: string
  readonly name: string
}

/** The user who decides on the consent page. */
export interface WebflowUser {
  readonly id: string
  readonly email: string
  readonly firstName: string
  readonly lastName: string
}

/** A site in the form of `GET /v2/sites`. The documentation requires only its id. */
export interface WebflowSite {
  readonly id: string
  readonly workspaceId: string
  readonly displayName: string
  readonly shortName: string
  readonly previewUrl?: string
  readonly timeZone?: string
  readonly createdOn?: string
  readonly lastUpdated?: string
  readonly lastPublished?: string
  readonly parentFolderId?: string | null
  readonly customDomains?: readonly WebflowDomain[]
  readonly locales?: {
    readonly primary: WebflowLocale
    readonly secondary: readonly WebflowLocale[]
  }
  readonly dataCollectionEnabled?: boolean
  readonly dataCollectionType?: 'always' | 'optOut' | 'disabled'
}

export interface WebflowDomain {
  readonly id: string
  readonly url: string
  readonly lastPublished?: string
}

export interface WebflowLocale {
  readonly id: string
  readonly cmsLocaleId: string
  readonly enabled: boolean
  readonly displayName: string
  readonly displayImageId?: string
  readonly redirect: boolean
  readonly subdirectory: string
  readonly tag: string
}

/** An app that is registered with the emulated Webflow. */
export interface WebflowClientOptions {
  /** At Webflow 64 hex digits; in the emulator any text. */
  readonly id: string
  readonly secret: string
  /** Exact URIs. The first one is the default of an authorization request. */
  readonly redirectUris: readonly string[]
  /** The registered scopes. Default: all. */
  readonly scopes?: readonly string[]
  readonly name?: string
  readonly description?: string
  readonly homepage?: string
  /** The application id that introspection shows. It is not the client id. */
  readonly applicationId?: string
  /** The URL that gets the webhooks of the control page. Default: none. */
  readonly webhookUrl?: string
  /** With `single-site`, a user can choose only one site. Default: `multiple`. */
  readonly installation?: 'multiple' | 'single-site'
}

/** A token from a site's settings page. It expires after 365 days without use. */
export interface WebflowSiteToken {
  readonly token: string
  readonly siteId: string
  readonly scopes: readonly string[]
}

/** A token from a workspace's settings page. Its value starts with `ws-`. */
export interface WebflowWorkspaceToken {
  readonly token: string
  readonly workspaceId: string
  readonly scopes: readonly string[]
}

/** The data of the emulated Webflow, and its behaviour where Webflow's is undocumented. */
export interface WebflowOptions {
  readonly clients?: readonly WebflowClientOptions[]
  readonly workspaces?: readonly WebflowWorkspace[]
  readonly sites?: readonly WebflowSite[]
  readonly user?: WebflowUser
  readonly siteTokens?: readonly WebflowSiteToken[]
  readonly workspaceTokens?: readonly WebflowWorkspaceToken[]
  /** Number of API requests per minute and token. Default: 60. */
  readonly rateLimit?: number

  /** More members of a token response than the two documented ones. Default: none. */
  readonly accessTokenFields?: {
    /** The separator of the granted scopes. */
    readonly scope?: 'space' | 'comma'
    /** Lifetime in seconds. The token expires then. */
    readonly expiresIn?: number
  }
  /** Status of a token error. Default: 401 for invalid_client (`client`), 400 for others (`grant`). */
  readonly tokenErrorStatus?: { readonly grant?: number; readonly client?: number }
  /** The error for a known client with a wrong secret. Default: `invalid_client`. */
  readonly wrongSecretError?: 'invalid_client' | 'invalid_grant'
  /** Whether a token request needs grant_type. Older samples omit it. Default: `optional`. */
  readonly grantType?: 'optional' | 'required'
  /** Whether HTTP Basic can authenticate a client. Default: `ignored`. */
  readonly basicAuthentication?: 'ignored' | 'accepted'
  /** Whether `POST /oauth/token` from Webflow's OpenAPI file works. Default: `not-found`. */
  readonly openApiTokenPath?: 'not-found' | 'works'
  readonly revocation?: {
    /** Whether a form body is accepted. Default: true. */
    readonly form?: boolean
    /** HTTP status of invalid_token and invalid_request. Default: 400. */
    readonly errorStatus?: number
    /** HTTP status of invalid_client. Default: 401. */
    readonly clientErrorStatus?: number
  }
  /** How a code_challenge is handled. Default: `ignore`. */
  readonly pkce?: 'ignore' | 'refuse' | 'verify'
  /** The scopes of an authorization request without `scope`. Default: `all-registered`. */
  readonly omittedScope?: 'all-registered' | 'refused'
  /** How redirect URIs are compared. Default: `exact`. */
  readonly redirectUriMatch?: 'exact' | 'normalized'
  /** The hosts whose redirect URIs may use plain http. Default: `loopback`. */
  readonly insecureRedirectUris?: 'loopback' | 'anywhere'
  /** Whether `site=<id>` on an authorization request preselects it. Default: `ignored`. */
  readonly siteParameter?: 'ignored' | 'preselects'
  /** The separator of scopes in an introspection response. Default: `comma`. */
  readonly introspectScopeSeparator?: 'comma' | 'space'
  /** The authorization id if a client gets the same selection again. Default: `same`. */
  readonly reauthorizationId?: 'same' | 'new'
  /** What happens to older tokens if a client gets the same selection again. Default: `stay-valid`. */
  readonly olderTokens?: 'stay-valid' | 'invalidated'
  /** Days without use after which an OAuth token expires. Default: null, never. */
  readonly accessTokenIdleDays?: number | null
}

/** A workspace as the consent page offers it. */
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

/** A site as `GET /v2/sites` shows it; the documentation requires nothing but its id. */
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
  /** 64 hex digits at Webflow; any text here. */
  readonly id: string
  readonly secret: string
  /** Exact addresses. The first one is used when an authorization request names none. */
  readonly redirectUris: readonly string[]
  /** The scopes it registered. Default: all of them. */
  readonly scopes?: readonly string[]
  readonly name?: string
  readonly description?: string
  readonly homepage?: string
  /** The id that introspection shows; not the client id. */
  readonly applicationId?: string
  /** `single-site` is the app setting that lets a user choose one site only. */
  readonly installation?: 'multiple' | 'single-site'
}

/** A token from a site's settings. It dies after 365 days without use. */
export interface WebflowSiteToken {
  readonly token: string
  readonly siteId: string
  readonly scopes: readonly string[]
}

/** A token from a workspace's settings; its value starts with `ws-`. */
export interface WebflowWorkspaceToken {
  readonly token: string
  readonly workspaceId: string
  readonly scopes: readonly string[]
}

/** What the emulated Webflow holds, and how it behaves where nobody documents the real one. */
export interface WebflowOptions {
  readonly clients?: readonly WebflowClientOptions[]
  readonly workspaces?: readonly WebflowWorkspace[]
  readonly sites?: readonly WebflowSite[]
  readonly user?: WebflowUser
  readonly siteTokens?: readonly WebflowSiteToken[]
  readonly workspaceTokens?: readonly WebflowWorkspaceToken[]
  /** API requests per minute and token. Default: 60. */
  readonly rateLimit?: number

  /** Members of a token response beyond the two documented ones. Default: none. */
  readonly accessTokenFields?: {
    /** How the granted scopes are separated. */
    readonly scope?: 'space' | 'comma'
    /** Lifetime in seconds; the token really expires then. */
    readonly expiresIn?: number
  }
  /** HTTP status of a token error: `client` for invalid_client (401), `grant` for others (400). */
  readonly tokenErrorStatus?: { readonly grant?: number; readonly client?: number }
  /** The error for a known client with a wrong secret. Default: `invalid_client`. */
  readonly wrongSecretError?: 'invalid_client' | 'invalid_grant'
  /** Whether a token request may leave out grant_type, as older samples do. Default: `optional`. */
  readonly grantType?: 'optional' | 'required'
  /** Whether HTTP Basic authenticates a client. Default: `ignored`. */
  readonly basicAuthentication?: 'ignored' | 'accepted'
  /** `POST /oauth/token`, which the vendor's OpenAPI file names. Default: `not-found`. */
  readonly openApiTokenPath?: 'not-found' | 'works'
  readonly revocation?: {
    /** Whether a form body is read as well as JSON. Default: true. */
    readonly form?: boolean
    /** HTTP status of invalid_token and invalid_request. Default: 400. */
    readonly errorStatus?: number
    /** HTTP status of invalid_client. Default: 401. */
    readonly clientErrorStatus?: number
  }
  /** What becomes of a code_challenge. Default: `ignore`. */
  readonly pkce?: 'ignore' | 'refuse' | 'verify'
  /** What an authorization request without scope asks for. Default: `all-registered`. */
  readonly omittedScope?: 'all-registered' | 'refused'
  /** How redirect URIs are compared. Default: `exact`. */
  readonly redirectUriMatch?: 'exact' | 'normalized'
  /** Where a registered redirect URI may use plain http. Default: `loopback`. */
  readonly insecureRedirectUris?: 'loopback' | 'anywhere'
  /** Whether `site=<id>` on an authorization request preselects it. Default: `ignored`. */
  readonly siteParameter?: 'ignored' | 'preselects'
  /** What separates scopes in an introspection response. Default: `comma`. */
  readonly introspectScopeSeparator?: 'comma' | 'space'
  /** Whether the same client and selection get the same authorization id again. Default: `same`. */
  readonly reauthorizationId?: 'same' | 'new'
  /** What the same client and selection do to earlier tokens. Default: `stay-valid`. */
  readonly olderTokens?: 'stay-valid' | 'invalidated'
  /** Days without use after which an OAuth token dies. Default: null, never. */
  readonly accessTokenIdleDays?: number | null
}

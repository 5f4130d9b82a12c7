/** The owner of the sites, who installs apps. */
export interface WixOwner {
  readonly id: string
  readonly accountId: string
  readonly name: string
  readonly email: string
}

/** A site of the emulated Wix. */
export interface WixSite {
  readonly siteId: string
  readonly siteDisplayName: string
  /** Only a published site has a URL. */
  readonly url?: string
  readonly locale?: string
  readonly paymentCurrency?: string
  readonly description?: string
}

/** An app that is registered with the emulated Wix. */
export interface WixAppOptions {
  /** At Wix a GUID; in the emulator any text. */
  readonly appId: string
  readonly secret: string
  readonly name?: string
  readonly version?: string
  /** The App URL, which Wix opens with `token=` for an install that Wix started. Default: none. */
  readonly appUrl?: string
  /** The URL that gets the webhooks of the control page. Default: none. */
  readonly webhookUrl?: string
  /** Exact URLs for custom authentication (legacy). Default: none. */
  readonly redirectUrls?: readonly string[]
  /** The URLs that `postInstallationUrls: 'registered'` allows, compared without the query. */
  readonly postInstallationUrls?: readonly string[]
  /** The app's permissions on every site. Default: `WIX_DEVELOPERS.MANAGE_APP_INSTANCE`. */
  readonly permissions?: readonly string[]
  /** Whether Get App Instance shows the owner's e-mail address. Default: false. */
  readonly readsOwnerEmail?: boolean
  /** The share id of an unlisted app, which its install link must contain. */
  readonly shareUrlId?: string
  /** RSA private key for webhooks, PKCS #8 as PEM. Default: generated at its first use. */
  readonly privateKey?: string
}

/** The form of a token endpoint's errors, and their status by cause. */
export interface WixTokenErrors {
  /** `ietf`: error and error_description. `wix`: message and details. */
  readonly shape: 'ietf' | 'wix'
  /** The body is unreadable, or its grant_type is not supported. */
  readonly request: number
  /** The app or its secret is wrong. */
  readonly client: number
  /** The code, refresh token or instance is wrong. */
  readonly grant: number
  /** The app was removed from the site. */
  readonly removed: number
}

/** The answer to a user who cancels: a page, or a redirect with or without an error. */
export type WixRefusal = 'page' | 'redirect' | 'redirect-with-error'

/** The data of the emulated Wix, and its behaviour where Wix's is undocumented. */
export interface WixOptions {
  readonly apps?: readonly WixAppOptions[]
  readonly sites?: readonly WixSite[]
  readonly owner?: WixOwner
  /** Number of API requests per minute and instance. Default: 200. */
  readonly rateLimit?: number
  /** Lifetime of an access token for client credentials, in seconds. Default: 14400. */
  readonly accessTokenSeconds?: number
  /** Lifetime of an access token of custom authentication, in seconds. Default: 300. */
  readonly legacyAccessTokenSeconds?: number
  /** Lifetime of a code, in seconds. Default: 600. */
  readonly codeSeconds?: number

  /** Lifetime of a signed instance, in seconds. Null: it does not expire. Default: 14400. */
  readonly instanceSeconds?: number | null
  /** The format of `signedInstance`. `jwt` is an HS256 JWT. Default: `instance`. */
  readonly signedInstanceFormat?: 'instance' | 'jwt'
  /** The member `permissions` of a signed instance. Default: `OWNER`. */
  readonly instancePermissions?: string
  /** Errors of `/oauth2/token`. Default: `ietf`, 400, and 401 for `client`. */
  readonly tokenErrors?: Partial<WixTokenErrors>
  /** Errors of `/oauth/access`. Default: `wix`, 400, and 401 for `client`. */
  readonly legacyTokenErrors?: Partial<WixTokenErrors>
  /** Whether the token endpoints accept form bodies. Default: `refused`. */
  readonly formBodies?: 'refused' | 'accepted'
  /** The allowed targets of an external install. Default: `any`. */
  readonly postInstallationUrls?: 'any' | 'registered'
  /** The answer to Cancel on the page of an external install. Default: `page`. */
  readonly installerCancel?: WixRefusal
  /** The answer to Deny on the permission page. Default: `page`. */
  readonly permissionDeny?: WixRefusal
  /** The token info response for an unknown token. `error` is status 400. Default: `inactive`. */
  readonly unknownTokenInfo?: 'inactive' | 'error'
  /** Whether an Authorization header may start with `Bearer `. Default: `refused`. */
  readonly bearerPrefix?: 'refused' | 'tolerated'
  /** Whether an Authorization header may contain a signed instance. Default: `accepted`. */
  readonly instanceAuthorization?: 'accepted' | 'refused'
  /** Status of an API request with an expired token. Default: 401. */
  readonly expiredTokenStatus?: 400 | 401
  /** Status of an API request with a token of a removed app. Default: 401. */
  readonly removedAppStatus?: 401 | 403 | 428
  /** Content-Type of webhooks. Default: `text/plain`. */
  readonly webhookContentType?: string
}

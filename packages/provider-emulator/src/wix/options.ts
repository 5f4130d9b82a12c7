/** The person who installs, and whose sites these are. */
export interface WixOwner {
  readonly id: string
  readonly accountId: string
  readonly name: string
  readonly email: string
}

export interface WixSite {
  readonly siteId: string
  readonly siteDisplayName: string
  /** Only a published site has one. */
  readonly url?: string
  readonly locale?: string
  readonly paymentCurrency?: string
  readonly description?: string
}

/** An app that is registered with the emulated Wix. */
export interface WixAppOptions {
  /** A GUID at Wix; any text here. */
  readonly appId: string
  readonly secret: string
  readonly name?: string
  readonly version?: string
  /** Where an install that Wix initiates leads, with `token=`. Without it, it leads nowhere. */
  readonly appUrl?: string
  /** Exact addresses for custom authentication (legacy). Default: none. */
  readonly redirectUrls?: readonly string[]
  /** Where an external install may lead when that is restricted; compared without the query. */
  readonly postInstallationUrls?: readonly string[]
  /** The permissions it has on every site. Default: `WIX_DEVELOPERS.MANAGE_APP_INSTANCE`. */
  readonly permissions?: readonly string[]
  /** Whether Get App Instance shows the owner's e-mail address. Default: false. */
  readonly readsOwnerEmail?: boolean
  /** Makes the app an unlisted one, whose install link must carry this share id. */
  readonly shareUrlId?: string
  /** RSA private key for webhooks, PKCS #8 as PEM. Default: made at first use. */
  readonly privateKey?: string
}

/** How a token endpoint words its errors, and their status by cause. */
export interface WixTokenErrors {
  /** `ietf` is error and error_description, `wix` is message and details. */
  readonly shape: 'ietf' | 'wix'
  /** The body could not be read, or names another grant. */
  readonly request: number
  /** The app or its secret is wrong. */
  readonly client: number
  /** The code, refresh token or instance is wrong. */
  readonly grant: number
  /** The app was removed from the site. */
  readonly removed: number
}

/** What becomes of a user who does not install: a page, or back with or without an error. */
export type WixRefusal = 'page' | 'redirect' | 'redirect-with-error'

/** What the emulated Wix holds, and how it behaves where nobody documents the real one. */
export interface WixOptions {
  readonly apps?: readonly WixAppOptions[]
  readonly sites?: readonly WixSite[]
  readonly owner?: WixOwner
  /** API requests per minute and instance. Default: 200. */
  readonly rateLimit?: number
  /** Lifetime of an access token for client credentials. Default: 14400. */
  readonly accessTokenSeconds?: number
  /** Lifetime of an access token of custom authentication. Default: 300. */
  readonly legacyAccessTokenSeconds?: number
  /** Lifetime of a code. Default: 600. */
  readonly codeSeconds?: number

  /** How long token info and the API accept a signed instance; null for ever. Default: 14400. */
  readonly instanceSeconds?: number | null
  /** How `signedInstance` is written; `jwt` is an HS256 JWT. Default: `instance`. */
  readonly signedInstanceFormat?: 'instance' | 'jwt'
  /** The member `permissions` of a signed instance. Default: `OWNER`. */
  readonly instancePermissions?: string
  /** Errors of `/oauth2/token`. Default: `ietf`, 400, and 401 for `client`. */
  readonly tokenErrors?: Partial<WixTokenErrors>
  /** Errors of `/oauth/access`. Default: `wix`, 400, and 401 for `client`. */
  readonly legacyTokenErrors?: Partial<WixTokenErrors>
  /** Form bodies at the token endpoints. Default: `refused`. */
  readonly formBodies?: 'refused' | 'accepted'
  /** Where an external install may lead. Default: `any`. */
  readonly postInstallationUrls?: 'any' | 'registered'
  /** What Cancel does on the page of an external install. Default: `page`. */
  readonly installerCancel?: WixRefusal
  /** What Deny does on the permission page. Default: `page`. */
  readonly permissionDeny?: WixRefusal
  /** What token info says of a token nobody knows; `error` is status 400. Default: `inactive`. */
  readonly unknownTokenInfo?: 'inactive' | 'error'
  /** `Bearer ` before a token in Authorization. Default: `refused`. */
  readonly bearerPrefix?: 'refused' | 'tolerated'
  /** A signed instance in Authorization. Default: `accepted`. */
  readonly instanceAuthorization?: 'accepted' | 'refused'
  /** Status of the API for an expired token. Default: 401. */
  readonly expiredTokenStatus?: 400 | 401
  /** Status of the API for a token of an app that was removed. Default: 401. */
  readonly removedAppStatus?: 401 | 403 | 428
  /** Content-Type of webhooks. Default: `text/plain`. */
  readonly webhookContentType?: string
}

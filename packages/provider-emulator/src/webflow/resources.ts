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

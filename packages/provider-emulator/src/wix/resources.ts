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

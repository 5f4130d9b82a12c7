/** What an app has at a provider: a grant of an account, or an installation on a site. */
export interface Access {
  readonly id: string
  /** The account or the site. */
  readonly who: string
  /** What it allows, such as scopes. */
  readonly details: readonly { readonly label: string; readonly text: string }[]
  readonly alive: boolean
  /** The number of tokens that work now. */
  readonly liveTokens: number
  readonly actions: readonly AccessAction[]
}

/** A change of one access, as a user can make it at the provider. */
export interface AccessAction {
  readonly name: string
  readonly label: string
  /** Returns a sentence about what happened. */
  run(): string | Promise<string>
}

/** A sentence about what happened, and the address where it goes on. */
export interface Outcome {
  readonly text: string
  readonly next?: { readonly href: string; readonly label: string }
}

/** A change at a provider that no other provider has. */
export interface OwnTrial {
  readonly name: string
  readonly title: string
  readonly hint: string
  run(): string | Promise<string>
}

/** What a person can see and change at a provider from the control page. */
export interface ProviderOperations {
  /** All accesses, oldest first, ended ones too. */
  accesses(): readonly Access[]
  /** Ends every access, as the users can. Returns how many were alive. */
  withdrawAll(): number
  /** Lets all access tokens expire now. Returns their number. */
  expireAccessTokens(): number
  /** An install that the provider starts, such as from a marketplace. */
  readonly install?: {
    readonly label: string
    readonly choices: readonly Choice[]
    run(choice: string): Outcome
  }
  readonly trials?: readonly OwnTrial[]
}

export interface Choice {
  readonly value: string
  readonly label: string
}

/** `1 grant`, `2 grants`. */
export const countOf = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`

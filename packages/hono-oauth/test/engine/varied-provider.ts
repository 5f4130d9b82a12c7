import type { Authorization, Provider } from '../../src/providers/contract.ts'

/** Makes a provider that differs from the real one. */
export type Vary = (real: Provider) => Provider

/** The real provider, but one token ends the whole grant. */
export const sharedGrant: Vary = (real) => ({ ...real, revokesWholeGrant: true })

/** The real provider, but an event of its webhooks can end a grant. */
export const endingGrants: Vary = (real) => ({
  ...real,
  webhooks: { endsGrants: true, verify: () => Promise.reject(new Error('not expected')) },
})

/** The real provider, but something of its logins is another. */
const granting =
  (change: (made: Authorization) => Authorization): Vary =>
  (real) => ({ ...real, authorize: async (...args) => change(await real.authorize(...args)) })
export const irrevocable = granting(({ tokens, grant }) => ({ tokens, grant: { ...grant, revocable: false } }))
export const withoutRefreshToken = granting(({ tokens, grant }) => ({
  tokens: { ...tokens, refreshToken: undefined },
  grant,
}))
/** The real provider, but nothing can be renewed. */
export const withoutRenewal: Vary = ({ renew: _, ...real }) => withoutRefreshToken(real)
/** The real provider, but every login gets the tokens of the first one. */
export const sameTokens: Vary = (real) => {
  let first: Authorization | undefined
  return granting((made) => {
    first ??= made
    return { ...made, tokens: first.tokens }
  })(real)
}

import { countOf } from '../operations.ts'
import { listOf, type Panel, type PanelProvider } from './panel.ts'

/** A situation that a person tries with one click, at one provider or at all of them. */
export interface Trial {
  readonly name: string
  readonly title: string
  readonly hint: string
  /** Makes it happen, and returns a sentence. */
  run(panel: Panel, providers: readonly PanelProvider[]): string
}

/** The names of the providers, or `all providers`. */
const placesOf = (panel: Panel, providers: readonly PanelProvider[]): string =>
  providers.length > 1 && providers.length === panel.providers.length
    ? 'all providers'
    : listOf(providers.map(({ title }) => title))

/** A trial that turns faults on. A provider has only those of its endpoints. */
function faults(name: string, title: string, hint: string, scenarios: readonly string[], times?: number): Trial {
  return {
    name,
    title,
    hint,
    run(panel, providers) {
      const all = panel.control.scenarios()
      const affected = providers.filter((provider) => {
        const own = all.filter((one) => one.provider === provider.name && scenarios.includes(one.name))
        for (const { name } of own) panel.control.setScenario(provider.name, name, times)
        return own.length > 0
      })
      if (affected.length === 0) return `Nothing changed: ${placesOf(panel, providers)} has no such endpoint.`
      const until = times === undefined ? 'until you turn it off' : 'for the next time only'
      return `${title}: on at ${placesOf(panel, affected)}, ${until}.`
    },
  }
}

/** A trial that changes what the app has at the providers. `change` returns how much it changed. */
function change(
  name: string,
  title: string,
  hint: string,
  words: { readonly done: (count: number) => string; readonly nothing: string },
  apply: (provider: PanelProvider) => number,
): Trial {
  return {
    name,
    title,
    hint,
    run(panel, providers) {
      const counts = providers.map((provider) => [provider, apply(provider)] as const)
      const affected = counts.filter(([, count]) => count > 0)
      if (affected.length === 0) return `${words.nothing} at ${placesOf(panel, providers)}.`
      const total = affected.reduce((sum, [, count]) => sum + count, 0)
      return `${words.done(total)} at ${listOf(affected.map(([{ title: place }]) => place))}.`
    },
  }
}

export const TRIALS: readonly Trial[] = [
  faults('provider-down', 'The provider is down', 'Its token, revocation and API endpoints answer 503 or 500.', [
    'token-endpoint-503',
    'revoke-503',
    'userinfo-503',
    'api-500',
    'metadata-503',
    'jwks-503',
  ]),
  faults(
    'user-denies',
    'The user denies',
    'The next login ends with a denial, without a page.',
    ['authorize-denied'],
    1,
  ),
  faults('slow-tokens', 'The token endpoint is slow', 'Its answers come late, but they are good.', [
    'token-endpoint-slow',
  ]),
  faults('rate-limited', 'The app is rate limited', 'The token endpoint and the API answer 429.', [
    'token-endpoint-429',
    'api-429',
  ]),
  faults('revocation-fails', 'Revocation fails', 'The revocation endpoint answers 503. The token stays valid.', [
    'revoke-503',
  ]),
  change(
    'tokens-expire',
    'Tokens expire now',
    'All access tokens that can expire. Refresh tokens stay valid.',
    {
      done: (count) => `${countOf(count, 'access token')} expired`,
      nothing: 'There is no access token that can expire',
    },
    ({ operations }) => operations.expireAccessTokens(),
  ),
  change(
    'access-withdrawn',
    'Access is withdrawn',
    'Every user ends the access in the account settings. The app is not told.',
    { done: (count) => `${countOf(count, 'connection')} ended`, nothing: 'There is no connection to end' },
    ({ operations }) => operations.withdrawAll(),
  ),
]

import { OAuthError } from '../../src/errors.ts'
import type { Provider, RenewedTokens } from '../../src/providers/contract.ts'
import { Secret } from '../../src/secret.ts'

/** How long its access tokens live, in seconds. */
export const LIFETIME = 3600
/** When a token is renewed ahead of time, in seconds after its issue: before the last tenth. */
export const RENEWAL = 3240

/** What is settled when the test says so. */
export function deferred() {
  let resolve = () => {}
  const promise = new Promise<void>((settle) => {
    resolve = settle
  })
  return { promise, resolve }
}

const grantOf = (id: string) => {
  return { id, scopes: ['a'], account: { id, name: null }, revocable: true }
}

/** A provider whose code names a grant, which is also its access token; tokens are numbered. */
export function fakeProvider(overrides: Partial<Provider> = {}) {
  const log: string[] = []
  const failures: Error[] = []
  const gates: (() => Promise<void>)[] = []
  const note = async (line: string) => {
    log.push(line)
    const failure = failures.shift()
    if (failure) throw failure
  }
  const provider: Provider = {
    scopes: ['a'],
    pkce: false,
    restartsWithoutState: false,
    apiOrigins: ['https://api.provider.example'],
    refreshTokens: 'rotating',
    authorizationUrl: async () => new URL('https://provider.example/authorize'),
    async authorize({ parameters }) {
      const code = parameters.get('code') ?? ''
      await note(`authorize ${code}`)
      const [accessToken, refreshToken] = [new Secret(code), new Secret(`refresh ${code}`)]
      return {
        tokens: { accessToken, refreshToken, expiresInSeconds: LIFETIME },
        grant: grantOf(code),
      }
    },
    async acceptToken(accessToken) {
      await note(`accept ${accessToken.reveal()}`)
      return { tokens: { accessToken }, grant: grantOf(accessToken.reveal()) }
    },
    async renew({ refreshToken }): Promise<RenewedTokens> {
      await note(`renew ${refreshToken?.reveal()}`)
      await gates.shift()?.()
      const count = log.filter((line) => line.startsWith('renew')).length
      return {
        accessToken: new Secret(`access-${count}`),
        refreshToken: new Secret(`refresh-${count}`),
        expiresInSeconds: LIFETIME,
      }
    },
    async revoke({ accessToken }) {
      await note(`revoke ${accessToken.reveal()}`)
      return 'revoked'
    },
    authorizationHeader: (token) => `Bearer ${token.reveal()}`,
    apiError: () => undefined,
    ...overrides,
  }
  return {
    provider,
    log,
    /** The requests of one kind. */
    asked: (kind: 'authorize' | 'accept' | 'renew' | 'revoke') =>
      log.filter((line) => line.startsWith(kind)),
    /** Holds back the answer to the next renewal until it is released. */
    hold() {
      const [reached, released] = [deferred(), deferred()]
      gates.push(() => {
        reached.resolve()
        return released.promise
      })
      return { reached: reached.promise, release: released.resolve }
    },
    /** Lets the next requests fail. */
    fail(error: Error, times = 1) {
      failures.push(...Array.from({ length: times }, () => error))
    },
  }
}

/** A provider that is down for the moment. */
export const down = (retryAfterSeconds?: number) =>
  new OAuthError('provider_unavailable', { retryAfterSeconds })

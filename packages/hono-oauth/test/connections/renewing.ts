import { vi } from 'vitest'
import type { BackChannel } from '../../src/protocol/back-channel.ts'
import type { RenewalRequest, RenewedTokens } from '../../src/providers/contract.ts'
import { Secret } from '../../src/secret.ts'
import { memoryStore } from '../../src/stores/memory.ts'
import { authorizing, owner, recordingStore, setup } from './support.ts'

type Outcome = Error | Partial<RenewedTokens> | (() => Promise<RenewedTokens>)

export const LIFETIME = 300
/** What a minute before the end is for tokens of this life. */
export const ENDING = LIFETIME - 60

/** A connection handed out by the engine or a list of it. */
export interface HasToken {
  accessToken(): Promise<Secret>
}
export const tokenOf = async (connection: HasToken | undefined) =>
  (await connection?.accessToken())?.reveal()

/** Work that ends when the test says so. */
export function deferred<T>() {
  let resolve: (value: T) => void = () => undefined
  let reject: (error: Error) => void = () => undefined
  const promise = new Promise<T>((...settle) => {
    ;[resolve, reject] = settle
  })
  return { promise, resolve, reject }
}

/** Lets things happen until something is so; the test finds out when it never is. */
export async function until(isSo: () => boolean): Promise<void> {
  for (let turn = 0; turn < 100_000 && !isSo(); turn++) {
    await new Promise((resolve) => setImmediate(resolve))
  }
}

/**
 * A connection whose access token lives five minutes, at a provider whose renewals end as listed; the
 * last outcome counts for all that follow. Renewed tokens are called `renewed-1` and so on.
 */
export async function connected(
  outcomes: readonly Outcome[] = [{}],
  options: Parameters<typeof setup>[0] = {},
) {
  const { store, log, written } = recordingStore(options.store ?? memoryStore())
  const renew = vi.fn(async (_request: RenewalRequest, _backChannel: BackChannel) => {
    const count = renew.mock.calls.length
    const outcome = outcomes[Math.min(count, outcomes.length) - 1]
    if (outcome instanceof Error) throw outcome
    if (typeof outcome === 'function') return outcome()
    return { accessToken: new Secret(`renewed-${count}`), ...outcome }
  })
  const authorize = authorizing({
    expiresInSeconds: LIFETIME,
    refreshToken: new Secret('canary-refresh'),
  })
  const provider = { authorize, renew, ...options.provider }
  const made = setup({ ...options, store, provider })
  const connection = await made.login('grant', 'first')
  log.length = 0
  const health = async () => (await made.engine.listAt(owner, 'p'))[0]?.health
  const writes = () => log.filter((line) => line.startsWith('put'))
  const told = () => made.events.map(({ type }) => type)
  return { ...made, store, storeLog: log, written, writes, renew, connection, health, told }
}

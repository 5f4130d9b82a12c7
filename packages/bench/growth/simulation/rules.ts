// The rules of hono-oauth that the model follows. Its numbers are read from its source, so that they cannot differ;
// a test compares the formulas with the code.
import { readFileSync } from 'node:fs'

const SOURCE = new URL('../../../hono-oauth/src/', import.meta.url)

/** A number of the package that it does not export, such as `24 * 60 * 60`. */
function constant(file: string, name: string): number {
  const [, product] =
    new RegExp(`^(?:export )?const ${name} = ([\\d._* ]+)$`, 'm').exec(readFileSync(new URL(file, SOURCE), 'utf8')) ??
    []
  if (!product) throw new Error(`${file} has no constant ${name} any more.`)
  return product.split('*').reduce((result, factor) => result * Number(factor.replaceAll('_', '')), 1)
}

const MIN_MARGIN_SECONDS = constant('vault/record.ts', 'MIN_MARGIN_SECONDS')
const MAX_JITTER = constant('vault/record.ts', 'MAX_JITTER')
const REST_SECONDS = constant('engine/renewal-failures.ts', 'REST_SECONDS')
const LAST_PAUSE_SECONDS = constant('engine/renewal-failures.ts', 'LAST_PAUSE_SECONDS')
const FIRST_PAUSE_MS = constant('engine/retry.ts', 'FIRST_PAUSE_MS')

export const RULES = {
  /** Attempts of one renewal when the old token has ended; one while it lives. */
  attempts: constant('engine/retry.ts', 'MAX_ATTEMPTS'),
  /** Failures in a row that open the circuit of an isolate, and for how long. */
  circuitFailures: constant('engine/circuit-breaker.ts', 'MAX_FAILURES'),
  circuitSeconds: constant('engine/circuit-breaker.ts', 'PAUSE_SECONDS'),
  /** After a failure, an isolate leaves a token that still lives alone for this time. */
  restSeconds: REST_SECONDS,
  /** How often an isolate asks again for the lease that another one holds. */
  pollSeconds: constant('engine/renewals.ts', 'POLL_MS') / 1000,
  /** The precision of an object's note of the last read. */
  readPrecisionSeconds: constant('durable-object/object-host.ts', 'READ_PRECISION_SECONDS'),
  /** Every object wakes within this time, used or not. */
  resealSeconds: constant('durable-object/object-host.ts', 'RESEAL_WITHIN_MS') / 1000,
  /** Within this time after a circuit's pause the alarms of objects try again, where the token has ended. */
  spreadSeconds: constant('engine/engine.ts', 'SPREAD_SECONDS'),
  /** The pause of an alarm after another one at least. */
  alarmSeconds: constant('engine/engine.ts', 'LEAST_PAUSE_SECONDS'),
}

/** How long before its end a request renews a token, in seconds. */
export function marginOf(lifetime: number): number {
  return Math.min(Math.max(MIN_MARGIN_SECONDS, lifetime / 10), lifetime / 2)
}

/** When the alarm of an object renews a token: a moment of its own for each token. */
export function renewalTime(issuedAt: number, lifetime: number, random: number): number {
  return Math.floor(issuedAt + lifetime - marginOf(lifetime) * (1 + MAX_JITTER * random))
}

/** When an object tries again after so many failures. */
export function retryTime(failedAt: number, failures: number, random: number): number {
  const pause = Math.min(REST_SECONDS * 2 ** (failures - 1), LAST_PAUSE_SECONDS)
  return Math.ceil(failedAt + pause * (1 + random / 2))
}

/** The pause before the next attempt of one renewal, in seconds. */
export function attemptPause(attempt: number, random: number): number {
  return (random * FIRST_PAUSE_MS * 2 ** attempt) / 1000
}

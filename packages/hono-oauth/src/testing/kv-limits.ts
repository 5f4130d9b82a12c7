const MAX_KEY_BYTES = 512
const MIN_TTL_SECONDS = 60

/** How many keys a list of Workers KV gives at once. */
export const PAGE_SIZE = 1000

/** An error with the words of Workers KV. */
export function kvError(method: 'GET' | 'PUT' | 'DELETE', reason: string): Error {
  return new Error(`KV ${method} failed: ${reason}`)
}

/** @throws Error when Workers KV does not take the key */
export function requireKey(method: 'GET' | 'PUT' | 'DELETE', key: string): void {
  const { length } = new TextEncoder().encode(key)
  if (length <= MAX_KEY_BYTES) return
  const reason = `UTF-8 encoded length of ${length} exceeds key length limit of ${MAX_KEY_BYTES}.`
  throw kvError(method, `414 ${reason}`)
}

/**
 * @param seconds - the lifetime that was asked for
 * @throws Error when Workers KV does not take it
 */
export function requireTtl(seconds: number | undefined): void {
  if (seconds === undefined) return
  const invalid = `400 Invalid expiration_ttl of ${seconds}.`
  if (!Number.isInteger(seconds) || seconds <= 0) {
    throw kvError('PUT', `${invalid} Please specify integer greater than 0.`)
  }
  if (seconds < MIN_TTL_SECONDS) {
    throw kvError('PUT', `${invalid} Expiration TTL must be at least ${MIN_TTL_SECONDS}.`)
  }
}

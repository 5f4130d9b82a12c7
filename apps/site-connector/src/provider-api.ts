import type { Connection } from 'hono-oauth'

/** A site on any platform. */
export interface Site {
  readonly id: string
  readonly name: string
}

/** The account that a connection belongs to at the provider. */
export interface Account {
  readonly id: string
  readonly name: string
}

/** The provider's API answered with an error status. */
export class ProviderUnavailable extends Error {
  override readonly name = 'ProviderUnavailable'
  /** The provider's `Retry-After` header: seconds or a date. */
  readonly retryAfter: string | null
  readonly status: number

  constructor(provider: string, status: number, retryAfter: string | null) {
    super(`${provider} answered ${status}`)
    this.retryAfter = retryAfter
    this.status = status
  }
}

/** Gets a JSON document from the provider's API. */
export async function getJson<Body>(connection: Connection, path: string): Promise<Body> {
  const response = await connection.fetch(path)
  if (response.ok) return response.json()
  await response.body?.cancel()
  const retryAfter = response.headers.get('retry-after')
  throw new ProviderUnavailable(connection.provider, response.status, retryAfter)
}

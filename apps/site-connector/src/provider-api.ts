import type { Connection } from 'hono-oauth'

/** The provider answered, but not with what was asked for. */
export class ProviderUnavailable extends Error {
  override readonly name = 'ProviderUnavailable'
  /** As the provider sent it: seconds or a date. */
  readonly retryAfter: string | null

  constructor(provider: string, status: number, retryAfter: string | null) {
    super(`${provider} answered ${status}`)
    this.retryAfter = retryAfter
  }
}

/** Gets a JSON document of the provider's API. */
export async function getJson<Body>(connection: Connection, path: string): Promise<Body> {
  const response = await connection.fetch(path)
  if (response.ok) return response.json()
  await response.body?.cancel()
  const retryAfter = response.headers.get('retry-after')
  throw new ProviderUnavailable(connection.provider, response.status, retryAfter)
}

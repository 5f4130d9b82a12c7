const LIMIT_MS = 60_000
const PAUSE_MS = 100

/** Waits until a server answers, with any status. Throws after a minute. */
export async function waitUntilAnswering(origin: string): Promise<void> {
  const deadline = Date.now() + LIMIT_MS
  while (Date.now() < deadline) {
    try {
      const response = await fetch(origin, {
        redirect: 'manual',
        signal: AbortSignal.timeout(5000),
      })
      await response.body?.cancel()
      return
    } catch {
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
    }
  }
  throw new Error(`${origin} did not answer within ${LIMIT_MS / 1000} seconds.`)
}

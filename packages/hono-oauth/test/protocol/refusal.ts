import { inspect } from 'node:util'
import { expect } from 'vitest'
import { isOAuthError, type OAuthError } from '../../src/errors.ts'

/** The {@link OAuthError} that some work throws; any other result fails the test. */
export async function refusal(work: () => unknown): Promise<OAuthError> {
  try {
    await work()
  } catch (error) {
    if (isOAuthError(error)) return error
    throw new Error('an error that is no OAuthError was thrown', { cause: error })
  }
  throw new Error('nothing was thrown')
}

/** The code of a refusal that shows no secret of a test. */
export async function codeOf(work: () => unknown): Promise<string> {
  const error = await refusal(work)
  expect(shown(error)).not.toContain('canary')
  return error.code
}

/** The code of such a refusal, and the number of requests that were sent. */
export const refusedAfter = async ({ sent, work }: { sent: readonly unknown[]; work: () => unknown }) => [
  await codeOf(work),
  sent.length,
]

/** Everything of an error that a log, a debugger or an error page could show. */
export function shown(error: unknown): string {
  const parts: unknown[] = [JSON.stringify(error)]
  for (let each = error; each instanceof Error; each = each.cause) {
    parts.push(each.message, each.stack, String(each), JSON.stringify(each))
  }
  for (const customInspect of [true, false]) {
    parts.push(inspect(error, { showHidden: true, depth: 20, getters: true, customInspect }))
  }
  return parts.join('\n')
}

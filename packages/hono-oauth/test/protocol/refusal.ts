import { inspect } from 'node:util'
import { isOAuthError, type OAuthError } from '../../src/errors.ts'

/** The {@link OAuthError} that ends a piece of work; anything else fails the test. */
export async function refusal(work: () => unknown): Promise<OAuthError> {
  try {
    await work()
  } catch (error) {
    if (isOAuthError(error)) return error
    throw new Error('something else than an OAuthError was thrown', { cause: error })
  }
  throw new Error('nothing was thrown')
}

/** Everything that a log, a debugger or an error page could show of an error. */
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

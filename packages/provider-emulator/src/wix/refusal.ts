import { type Parameters, redirectTo, withParameters } from '../redirect.ts'
import type { WixApp } from './config.ts'
import type { WixRefusal } from './options.ts'
import { cancelledPage } from './pages.ts'

/** Answers a user who does not install. */
export function refuse(
  refusal: WixRefusal,
  app: WixApp,
  destination: string | undefined,
  parameters: Parameters,
): Response | Promise<Response> {
  if (refusal === 'page' || destination === undefined) return cancelledPage(app)
  if (refusal === 'redirect') return redirectTo(destination)
  return redirectTo(withParameters(destination, [['error', 'access_denied'], ...parameters]))
}

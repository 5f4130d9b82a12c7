import type { RotatingName } from '../rig/app.ts'
import type { Browser } from '../rig/browser.ts'
import { SCRIPT } from '../rig/constants.ts'
import { expectRefusal, observe } from '../rig/oracles.ts'
import type { Rig } from '../rig/rig.ts'
import { type Row, row } from './row.ts'

export const LOGIN = '/auth/webflow/login'
export const EX = '/auth/ex-memory/login'
export const FRAME = { 'sec-fetch-dest': 'iframe', 'sec-fetch-site': 'cross-site' }

/** A script of the app's page that needs the connection, or the digest of its token. */
export const use = (browser: Browser, name = 'webflow') => browser.request(`/s/use/${name}`, { headers: SCRIPT })
export const digest = (browser: Browser, name: string) => browser.request(`/s/digest/${name}`, { headers: SCRIPT })

/** A new browser with a login on its way. */
export async function loggingIn(rig: Rig, path?: string) {
  const browser = rig.browser()
  return { browser, callback: await rig.login(browser, path) }
}

/** Has the token endpoint take its time. */
export function slowToken(rig: Rig, milliseconds: number): void {
  rig.wire.answerToken(async (forward) => {
    await new Promise((resolve) => setTimeout(resolve, milliseconds))
    return forward()
  })
}

interface Proof {
  /** How many token requests are sent; none by default. */
  readonly sent?: number
  /** What becomes of the cookies of logins. */
  readonly logins?: 'kept' | 'cleared'
  readonly headers?: Record<string, string>
  readonly about?: string
}

/** Opens a callback, which must be refused: nothing is written, and no session is made or changed. */
export async function refuses(
  rig: Rig,
  browser: Browser,
  callback: URL,
  [status, code]: readonly [status: number, code: string],
  { sent = 0, logins, headers, about }: Proof = {},
): Promise<Response> {
  const seen = await observe(rig, browser)
  const answer = await browser.navigate(callback.href, headers)
  await expectRefusal(answer, status, code, about)
  seen.T(sent)
  if (logins === 'kept') seen.KEPT()
  if (logins === 'cleared') seen.CLR(callback)
  await seen.NS()
  return answer
}

/** A row whose steps are done for each place where rotating refresh tokens are kept. */
export function rotatingRow(
  number: number,
  title: string,
  serverErrors: readonly number[],
  run: (rig: Rig, name: RotatingName) => Promise<void>,
): Row {
  return row(number, title, serverErrors, async (rig) => {
    for (const name of rig.rotating) await run(rig, name)
  })
}

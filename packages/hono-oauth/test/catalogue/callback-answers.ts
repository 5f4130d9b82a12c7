import { expectRefusal, observe } from '../rig/oracles.ts'
import type { Rig } from '../rig/rig.ts'

export const INVALID = 'authorization_response_invalid'
export const EX = '/auth/ex-memory/login'

/** A callback of a login, edited, which must be refused and send no code. */
export async function refusedWith(
  rig: Rig,
  edit: (callback: URL) => void,
  { path = '/auth/webflow/login', code = INVALID } = {},
): Promise<string> {
  const browser = rig.browser()
  const callback = await rig.login(browser, path)
  const asked = callback.href
  edit(callback)
  const seen = await observe(rig, browser)
  const answer = await browser.navigate(callback.href)
  await expectRefusal(answer, 400, code, `${asked} edited to ${callback}`)
  seen.T(0)
  await seen.NS()
  return answer.text()
}

export const set = (name: string, value: string) => (url: URL) => url.searchParams.set(name, value)
export const twice = (name: string, value?: string) => (url: URL) => {
  if (value && !url.searchParams.has(name)) url.searchParams.append(name, value)
  url.searchParams.append(name, url.searchParams.get(name) ?? '')
}

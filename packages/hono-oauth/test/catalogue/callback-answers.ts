import type { Rig } from '../rig/rig.ts'
import { LOGIN, loggingIn, refuses } from './steps.ts'

export const INVALID = 'authorization_response_invalid'

/** A callback of a login, edited, which must be refused and send no code. */
export async function refusedWith(
  rig: Rig,
  edit: (callback: URL) => void,
  { path = LOGIN, code = INVALID } = {},
): Promise<string> {
  const { browser, callback } = await loggingIn(rig, path)
  const asked = callback.href
  edit(callback)
  const about = `${asked} edited to ${callback}`
  return (await refuses(rig, browser, callback, [400, code], { about })).text()
}

/** An error of the provider in place of its code. */
export const failing =
  (error: string, others: Record<string, string> = {}) =>
  (url: URL) => {
    url.searchParams.delete('code')
    for (const [name, value] of Object.entries({ error, ...others })) url.searchParams.set(name, value)
  }
export const set = (name: string, value: string) => (url: URL) => url.searchParams.set(name, value)
export const twice = (name: string, value?: string) => (url: URL) => {
  if (value && !url.searchParams.has(name)) url.searchParams.append(name, value)
  url.searchParams.append(name, url.searchParams.get(name) ?? '')
}

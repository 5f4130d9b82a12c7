import { expect } from 'vitest'
import { attributesOf, type Browser } from './browser.ts'
import { readJson } from './read-json.ts'
import type { Rig } from './rig.ts'

/** The cookie of the session that a login with Webflow begins. */
export const SESSION = '__Host-oauth-session-webflow'
/** The line that sets the cookie of a session, at any provider. */
export const SESSION_LINE = /^(?:__Host-)?oauth-session(?:-[\w-]+)?=/
const TRANSACTION_LINE = /^(?:__Host-)?oauth-tx-/

/** The code of a refusal: a person gets a page, anything else problem+json. */
export async function codeOf(response: Response): Promise<unknown> {
  const copy = response.clone()
  if (copy.headers.get('content-type')?.includes('json')) return (await readJson(copy)).code
  return /<small>\d+ · (\w+)<\/small>/.exec(await copy.text())?.[1]
}

/** A refusal that leads nowhere. */
export async function expectRefusal(response: Response, status: number, code: string, about?: string): Promise<void> {
  expect([response.status, await codeOf(response)], about).toEqual([status, code])
  expect(response.headers.get('location'), about).toBeNull()
}

/** Watches what a browser does from now on, for the oracles T, NS and CLR. */
export async function observe(rig: Rig, browser: Browser) {
  const tokenRequests = rig.tokenRequests()
  const from = rig.answers.length
  const stored = await rig.stored()
  const session = sessionOf(browser)
  const pending = [...browser.transactions()]
  const cookieLines = () => rig.answers.slice(from).flatMap(({ headers }) => headers.getSetCookie())
  const transactionLines = () => cookieLines().filter((line) => TRANSACTION_LINE.test(line))

  const oracles = {
    /** So many token requests were sent. */
    T(count: number): void {
      expect(rig.tokenRequests() - tokenRequests, 'token requests').toBe(count)
    },
    /**
     * No session was made or changed, and nothing was written.
     *
     * @param busy - keys of what has work of its own meanwhile
     */
    async NS(busy?: RegExp): Promise<void> {
      expect(cookieLines().filter((line) => SESSION_LINE.test(line))).toEqual([])
      expect(sessionOf(browser), 'the session').toBe(session)
      expect(without(busy, await rig.stored())).toEqual(without(busy, stored))
    },
    /** The cookie of this login is cleared the way it was set, and those of others are left. */
    CLR(callback: URL): void {
      const flow = (callback.searchParams.get('state') ?? '').slice(0, 16)
      const lines = transactionLines()
      expect(lines, 'cleared cookies').toHaveLength(1)
      expect(lines[0]).toMatch(new RegExp(`^__Host-oauth-tx-[0-9a-z]+-${flow}=;`))
      const [name] = lines[0]?.split('=') ?? []
      const setting = rig.answers
        .flatMap(({ headers }) => headers.getSetCookie())
        .find((line) => line.startsWith(`${name}=`) && !line.startsWith(`${name}=;`))
      // Whatever a browser tells cookies apart by is as it was.
      expect(attributesOf(lines[0])).toEqual({ ...attributesOf(setting), 'max-age': '0' })
      expect(attributesOf(setting)).toMatchObject({ path: '/', secure: '', httponly: '' })
      expect(browser.transactions()).toEqual(pending.filter((name) => !name.endsWith(flow)))
    },
    /** No login is used up. */
    KEPT(): void {
      expect(transactionLines(), 'cookies of logins').toEqual([])
      expect(browser.transactions()).toEqual(pending)
    },
    /** No token request was sent, no login is used up, and no session was made or changed. */
    async nothing(): Promise<void> {
      oracles.T(0)
      oracles.KEPT()
      await oracles.NS()
    },
  }
  return oracles
}

/** A new browser with a login on its way, and what watches the browser from there on. */
export async function pendingLogin(rig: Rig, path?: string) {
  const browser = rig.browser()
  return { browser, callback: await rig.login(browser, path), seen: await observe(rig, browser) }
}

function without(keys: RegExp | undefined, entries: Record<string, string>) {
  return keys ? Object.fromEntries(Object.entries(entries).filter(([key]) => !keys.test(key))) : entries
}

/** The values of the session cookies that a browser has; that at one provider alone. */
export function sessionOf(browser: Browser, provider = ''): string | undefined {
  const names = browser.cookieNames().filter((each) => SESSION_LINE.test(`${each}=`))
  const own = names.filter((each) => each.endsWith(provider)).toSorted()
  return own.map((name) => browser.jar.get(name)?.value).join(' ') || undefined
}

/** What it takes to do something: how much is deciphered, verified and asked of the store. */
export async function workOf(rig: Rig, act: () => Promise<unknown>) {
  const before = await rig.place.work()
  await act()
  const after = await rig.place.work()
  const sum = (work: typeof before) => Object.values(work.operations).reduce((a, b) => a + b)
  return {
    decrypts: after.decrypts - before.decrypts,
    verifications: after.verifications - before.verifications,
    operations: sum(after) - sum(before),
  }
}

/** So many times at once, each in a tab of its own with the same cookies. */
export function inTabs(browser: Browser, count: number, act: (tab: Browser) => Promise<Response>): Promise<Response[]> {
  return Promise.all(Array.from({ length: count }, () => act(browser.clone())))
}

/** How often each status came. */
export function tally(answers: readonly Response[]): Record<number, number> {
  const counts: Record<number, number> = {}
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1
  return counts
}

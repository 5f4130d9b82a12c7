import { expect } from 'vitest'
import { canaries } from './canaries.ts'
import { ORIGIN } from './constants.ts'
import { addressSeen, type Seen, seenIn } from './notes.ts'
import type { Answered } from './place.ts'
import type { Rig } from './rig.ts'

/** Where a redirect may lead outside of the app, exactly. */
const PROVIDER_PAGES = new Set([
  ...['https://webflow.com/oauth/authorize', 'https://oauth.example/authorize', 'https://www.wix.com/app-installer'],
  ...['https://www.wix.com/installer/install', 'https://www.wix.com/installer/close-window'],
])
const OURS = /^\/(auth|account)\//
// Handlers that give the provider's own answer on, with its redirects.
const PASSED_ON = /^\/[su]\/(fetch|proxy)\//

/** What must hold whatever happens: SAFE, LOC, NO5 and CAN. */
export async function expectAlways(rig: Rig, serverErrors: readonly number[]): Promise<void> {
  for (const answer of rig.answers) {
    const about = `${answer.method} ${answer.path}: ${answer.status}`
    if (answer.status >= 500) expect(serverErrors, about).toContain(answer.status)
    expectOwnLocation(answer, about)
    expectSafe(answer, about)
  }
  expect((await rig.place.ran()).uncaught ?? [], 'unhandled rejections').toEqual([])
  await expectNoLeaks(rig)
}

function expectOwnLocation({ headers, path }: Answered, about: string): void {
  const location = headers.get('location')
  if (location === null || PASSED_ON.test(path)) return
  expect(location, about).not.toMatch(/^\/[/\\]/)
  const url = new URL(location, ORIGIN)
  const isOwn = url.origin === ORIGIN
  expect(isOwn || PROVIDER_PAGES.has(url.origin + url.pathname), `${about} to ${url}`).toBe(true)
}

function expectSafe({ headers, path, body, status }: Answered, about: string): void {
  // Refused on the way, before the app saw it: too many headers.
  if (status === 431) return
  const isHtml = headers.get('content-type')?.includes('text/html') ?? false
  const isOurs = OURS.test(path) || headers.getSetCookie().length > 0
  if (isOurs || isHtml) {
    expect(headers.get('cache-control'), about).toMatch(/\bno-store\b/)
    expect(headers.get('referrer-policy'), about).toBe('no-referrer')
    expect(headers.get('x-content-type-options'), about).toBe('nosniff')
  }
  if (isHtml && !PASSED_ON.test(path)) {
    expect(headers.get('content-security-policy'), about).toMatch(/^default-src 'none';/)
    expect(body, about).not.toMatch(/<script|onerror|javascript:/i)
  }
}

/** No secret in any byte that left the app, that it stored or that it logged. */
async function expectNoLeaks(rig: Rig): Promise<void> {
  for (const secret of rig.provider.secrets) canaries.add('a secret of the provider', secret)
  const { errors, logs, ...ran } = await rig.place.ran()
  const shown: Seen[] = [
    ...rig.answers.flatMap(({ headers, body }) => seenIn(headers, body)),
    ...rig.wire.sent.map(({ url }) => addressSeen('an address of a provider', url.href)),
    // Tokens and secrets of the app go where they belong: into one header, or into a form.
    ...rig.wire.sent.map(({ headers }): Seen => {
      const others = [...headers].filter(([name]) => name !== 'authorization')
      return ['the headers of a request', others.flat().join('\n')]
    }),
    ['an error', errors.join('\n')],
    ['a log', logs.join('\n')],
    ['an event', JSON.stringify(ran)],
    ['the store', JSON.stringify(await rig.place.dump())],
  ]
  // What an app shows often, such as its own pages, is looked at once.
  const seen = new Map(shown.map((each) => [each.join(), each]))
  const leaks = [...seen.values()].flatMap((each) => canaries.find(...each))
  expect(leaks.join('; ')).toBe('')
}

import { DEFAULT_OAUTH_EXAMPLE_CLIENT } from 'provider-emulator'
import { expect } from 'vitest'
import { ORIGIN } from '../support/app.ts'
import { CLIENT, KEY, WIX_APP } from '../support/rig.ts'
import type { Answered } from './place.ts'
import type { CatalogueRig } from './rig.ts'

/** Where a redirect may lead outside of the app, exactly. */
const PROVIDER_PAGES = new Set([
  'https://webflow.com/oauth/authorize',
  'https://oauth.example/authorize',
  'https://www.wix.com/app-installer',
  'https://www.wix.com/installer/install',
  'https://www.wix.com/installer/close-window',
])
const OURS = /^\/(auth|account)\//
// Handlers that give the provider's own answer on, with its redirects.
const PASSED_ON = /^\/[su]\/(fetch|proxy)\//
const SECRETS = [CLIENT.secret, WIX_APP.secret, DEFAULT_OAUTH_EXAMPLE_CLIENT.secret, KEY]

/** What must hold whatever happens: SAFE, LOC, NO5 and CAN. */
export async function expectAlways(
  rig: CatalogueRig,
  serverErrors: readonly number[],
): Promise<void> {
  for (const answer of rig.answers) {
    const about = `${answer.method} ${answer.path}: ${answer.status}`
    expectNoServerError(answer, serverErrors, about)
    expectOwnLocation(answer, about)
    expectSafe(answer, about)
  }
  await expectNoLeaks(rig)
}

function expectNoServerError({ status }: Answered, allowed: readonly number[], about: string) {
  if (status >= 500) expect(allowed, about).toContain(status)
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
async function expectNoLeaks(rig: CatalogueRig): Promise<void> {
  const { errors, logs, ...ran } = await rig.place.ran()
  const told = new Set(
    rig.answers.flatMap(({ headers, body }) => [
      ...[...headers].filter(([name]) => name !== 'set-cookie').flat(),
      body,
    ]),
  )
  const urls = rig.wire.sent.map(({ url }) => url.href)
  const shown = [...told, ...errors, ...logs, ...urls, JSON.stringify(ran)].join('\n')
  const stored = JSON.stringify(await rig.place.dump())
  const secrets = [...SECRETS, ...rig.provider.secrets]
  for (const form of secrets.flatMap(formsOf)) {
    expect(shown.includes(form), 'a secret was shown').toBe(false)
    expect(stored.includes(form), 'a secret was stored as it is').toBe(false)
  }
  const cookies = rig.browsers.flatMap(({ jar }) => [...jar]).filter(([name]) => isOwn(name))
  for (const [name, { value }] of cookies) {
    if (value.length < 16) continue
    expect(shown.includes(value), `the value of ${name} was shown`).toBe(false)
    expect(stored.includes(value), `the value of ${name} was stored`).toBe(false)
  }
}

const isOwn = (name: string) => /^(?:__Host-)?oauth-/.test(name)

/** The forms a secret may hide in. */
function formsOf(secret: string): string[] {
  const encodings = ['base64', 'base64url', 'hex'] as const
  return [
    secret,
    ...encodings.map((encoding) => Buffer.from(secret).toString(encoding)),
    ...encodings.map((encoding) => Buffer.from(secret, 'utf16le').toString(encoding)),
  ]
}

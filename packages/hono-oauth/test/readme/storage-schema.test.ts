import { readFile } from 'node:fs/promises'
import type { PutOptions, Store } from 'hono-oauth'
import { memoryStore } from 'hono-oauth/stores/memory'
import { afterAll, describe, expect, it } from 'vitest'
import { KeyRing } from '../../src/crypto/key-ring.ts'
import type { Session } from '../../src/session/session.ts'
import { SQLITE_SCHEMA } from '../../src/stores/sqlite.ts'
import type { Transaction } from '../../src/transaction/transaction.ts'
import type { ConnectionDocument } from '../../src/vault/document.ts'
import type { PendingRevocation } from '../../src/vault/pending-revocation.ts'
import type { ConnectionRecord } from '../../src/vault/record.ts'
import { providerNotes } from '../../src/vault/notes.ts'
import { KEY } from '../rig/constants.ts'
import { nodeHost } from '../rig/hosts.ts'
import { createRig, type Rig } from '../rig/rig.ts'
import { membersOf } from './members.ts'

const HOUR = 3600
const DAY = 24 * HOUR
const WIX_LIFETIME = 4 * HOUR

const DOCUMENT = membersOf<Omit<ConnectionDocument, 'isUnreadable'>>()(
  'generation expiresAt session connections revocations',
)
const CONNECTION = membersOf<ConnectionRecord>()(
  'id provider grantId userId account scopes requestedScopes details revocable health accessToken refreshToken proofKey clientSecret lifetime issuedAt expiresAt refreshExpiresAt renewAt failures failedAt refusals refusedSince createdAt updatedAt',
)
const REVOCATION = membersOf<PendingRevocation>()('record isDisconnect attempts retryAt')
const LOGIN = membersOf<Transaction>()(
  'state provider redirectUri returnTo ownerKey provedUser ownerId sessionId codeVerifier scopes loginParams login found context expiresAt',
)
const SESSION = membersOf<Session>()('ownerId ids expiresAt idleUntil framed')

const text = await readFile(new URL('../../docs/storage-schema.md', import.meta.url), 'utf8')
const memory = memoryStore()
/** How long each entry was to live, in seconds, by its key. */
const lifetimes = new Map<string, (number | undefined)[]>()
const note = (key: string, { ttlSeconds }: PutOptions = {}) =>
  void lifetimes.set(key, [...(lifetimes.get(key) ?? []), ttlSeconds])
const store: Store = {
  ...memory,
  put(key, value, options) {
    note(key, options)
    return memory.put(key, value, options)
  },
  async compareAndSwap(key, expected, value, options) {
    note(key, options)
    return (await memory.compareAndSwap?.(key, expected, value, options)) ?? false
  },
}
const rig = await createRig(nodeHost({}, { store }))
afterAll(() => rig.dispose())
const cookies = await writeEverything(rig)

describe('storage-schema.md', () => {
  /** The first column of the table under a heading. */
  function rowsOf(heading: string): string[] {
    const [, part = ''] = text.split(`# ${heading}\n`)
    const [table = ''] = part.split('\n\n#')
    return [...table.matchAll(/^\| `([^`]+)` \|/gm)].map(([, first = '']) => first)
  }
  const patternOf = (documented: string) =>
    new RegExp(`^${documented.replaceAll('.', '\\.').replaceAll(/<[^>]+>/g, '[\\w-]+')}$`)

  it('names every key that is written, and none that is not', () => {
    const documented = rowsOf('Keys')
    const found = new Set<string>()
    for (const key of lifetimes.keys()) {
      const fitting = documented.filter((each) => patternOf(each).test(key))
      expect(fitting, key).toHaveLength(1)
      found.add(fitting[0] ?? '')
    }
    expect([...found].toSorted()).toEqual(documented.toSorted())
  })

  it('says how long each lives', () => {
    const lifetimesOf = (start: RegExp) => [...lifetimes].find(([key]) => start.test(key))?.[1] ?? []
    const lifetimeOf = (start: RegExp) => lifetimesOf(start).at(-1)
    // A session has an end, and a second may pass before the first write.
    for (const ofSession of [/^connections\/wix\//, /^grants\/.*\/.*\//]) {
      const [lifetime = 0] = lifetimesOf(ofSession)
      expect(lifetime).toBeLessThanOrEqual(30 * DAY)
      expect(lifetime).toBeGreaterThan(30 * DAY - HOUR)
    }
    expect(lifetimeOf(/^leases\//)).toBe(30)
    expect(lifetimeOf(/^grants\/[^/]+\/[^/]+$/)).toBe(30 * DAY)
    expect(lifetimeOf(/^webhooks\//)).toBe(49 * HOUR)
    expect(lifetimeOf(/^notes\//)).toBe(7 * DAY)
    // The last connection of an owner ended.
    expect(lifetimeOf(/^connections\/webflow\//)).toBe(120)
  })

  it('names the cookies', () => {
    const documented = rowsOf('Cookies')
    const names = new Set(cookies.map((line) => line.split('=')[0]?.replace('__Host-', '') ?? ''))
    for (const name of names) {
      expect(documented.filter((each) => patternOf(each).test(name))).toHaveLength(1)
    }
    expect(documented).toHaveLength(3)
  })

  it.each([
    ['The document', DOCUMENT],
    ['A connection', CONNECTION],
    ['A revocation', REVOCATION],
    ['A login', LOGIN],
    ['A session', SESSION],
  ])('names the members: %s', (heading, members) => {
    expect(rowsOf(heading)).toEqual(members)
  })

  it('has the table as it is made', () => {
    const [table = ''] = SQLITE_SCHEMA
    const columnsOf = (sql: string) =>
      [...sql.matchAll(/^\s+(\w+ (?:TEXT|REAL)[^,\n-]*)/gm)].map(([, column = '']) => column.trim())
    const [, shown = ''] = /```sql\n([^`]+)```/.exec(text) ?? []
    expect(columnsOf(shown)).toEqual(columnsOf(table))
    expect(columnsOf(table)).toHaveLength(5)
  })
})

/** Connects, gets a webhook, renews a token and disconnects, which writes every kind of key; returns the cookies. */
async function writeEverything(rig: Rig): Promise<string[]> {
  const browser = await rig.connected()
  await rig.connect(browser, '/auth/wix/login')
  const [{ instanceId = '' } = {}] = rig.provider.control.wix.instances()
  const request = { provider: 'wix', event: 'AppInstalled', instanceId } as const
  const { headers, body } = await rig.provider.control.buildWebhook(request)
  const told = await browser.request('/auth/wix/webhook', { method: 'POST', headers: { ...headers }, body })
  expect(told.status).toBe(200)
  await rig.advance(WIX_LIFETIME)
  expect((await browser.request('/s/use/wix')).status).toBe(200)
  const connection = (await rig.connections(browser)).find(({ provider }) => provider === 'webflow')
  const ended = await browser.submit(`/auth/connections/${connection?.id}/revoke`)
  expect(ended.status).toBe(303)
  // As `mcp` does at a server that it has registered the app at.
  await providerNotes(store, new KeyRing(KEY), 'mcp').write('a server', '{}', 7 * DAY)
  return rig.answers.flatMap(({ headers }) => headers.getSetCookie())
}

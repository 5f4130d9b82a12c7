import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ConnectionDocument } from '../../src/connections/document.ts'
import type { ConnectionRecord } from '../../src/connections/record.ts'
import type { PendingRevocation } from '../../src/connections/revocation.ts'
import type { Session } from '../../src/session/session.ts'
import { SQLITE_SCHEMA } from '../../src/stores/sqlite.ts'
import type { Transaction } from '../../src/transaction/transaction.ts'
import { nodeHost } from '../support/node-host.ts'
import { createRig, type Rig } from '../support/rig.ts'
import { recordLifetimes } from './lifetimes.ts'

const HOUR = 3600
const DAY = 24 * HOUR

/** The members of a type, each of which has to be named here: a new one does not compile without. */
type Members<T> = Readonly<Record<keyof T, true>>

const DOCUMENT: Members<Omit<ConnectionDocument, 'isUnreadable'>> = {
  generation: true,
  expiresAt: true,
  session: true,
  connections: true,
  revocations: true,
}
const CONNECTION: Members<ConnectionRecord> = {
  id: true,
  provider: true,
  grantId: true,
  account: true,
  scopes: true,
  revocable: true,
  health: true,
  accessToken: true,
  refreshToken: true,
  lifetime: true,
  issuedAt: true,
  expiresAt: true,
  renewAt: true,
  failures: true,
  failedAt: true,
  lease: true,
  createdAt: true,
  updatedAt: true,
}
const REVOCATION: Members<PendingRevocation> = {
  record: true,
  isDisconnect: true,
  attempts: true,
  retryAt: true,
}
const LOGIN: Members<Transaction> = {
  state: true,
  provider: true,
  redirectUri: true,
  returnTo: true,
  ownerKey: true,
  ownerId: true,
  sessionId: true,
  sessionSince: true,
  codeVerifier: true,
  scopes: true,
  loginParams: true,
  context: true,
  expiresAt: true,
}
const SESSION: Members<Session> = {
  ownerId: true,
  id: true,
  otherIds: true,
  expiresAt: true,
  idleUntil: true,
  framed: true,
}

describe('storage-schema.md', () => {
  let text: string
  let rig: Rig
  const { store, lifetimes } = recordLifetimes()
  const cookies: string[] = []
  beforeAll(async () => {
    text = await readFile(new URL('../../storage-schema.md', import.meta.url), 'utf8')
    rig = await createRig(nodeHost({ store }))
    await writeEverything(rig, cookies, store)
  })
  afterAll(() => rig.host.dispose())

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
    const lifetimeOf = (start: RegExp) =>
      [...lifetimes].find(([key]) => start.test(key))?.[1].at(-1)
    // A session has an end, and a second may pass before something is written with it.
    for (const ofSession of [/^connections\/wix\//, /^grants\/.*\/.*\//]) {
      const lifetime = lifetimeOf(ofSession) ?? 0
      expect(lifetime).toBeLessThanOrEqual(30 * DAY)
      expect(lifetime).toBeGreaterThan(30 * DAY - HOUR)
    }
    expect(lifetimeOf(/^unreadable\//)).toBe(90 * DAY)
    expect(lifetimeOf(/^grants\/[^/]+\/[^/]+$/)).toBe(30 * DAY)
    expect(lifetimeOf(/^webhooks\//)).toBe(49 * HOUR)
    // The last connection of an owner ended.
    expect(lifetimeOf(/^connections\/webflow\//)).toBe(120)
  })

  it('names the cookies', () => {
    const documented = rowsOf('Cookies')
    const names = new Set(cookies.map((line) => line.split('=')[0]?.replace('__Host-', '') ?? ''))
    for (const name of names) {
      expect(documented.filter((each) => patternOf(each).test(name))).toHaveLength(1)
    }
    expect(documented).toHaveLength(2)
  })

  it.each([
    ['The document', DOCUMENT],
    ['A connection', CONNECTION],
    ['A revocation', REVOCATION],
    ['A login', LOGIN],
    ['A session', SESSION],
  ])('names the members: %s', (heading, members) => {
    expect(rowsOf(heading)).toEqual(Object.keys(members))
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

/** Connects, is told of an installation, meets a value that does not open, and disconnects. */
async function writeEverything(
  rig: Rig,
  cookies: string[],
  store: ReturnType<typeof recordLifetimes>['store'],
): Promise<void> {
  const browser = rig.browser()
  const connect = async (name: string, fields?: [string, string][]) => {
    const login = await browser.navigate(`/auth/${name}/login`)
    const callback = await rig.consent(login.headers.get('location') ?? '', fields)
    const landed = await browser.navigate(callback)
    expect(landed.status, await landed.text()).toBe(303)
    cookies.push(...login.headers.getSetCookie(), ...landed.headers.getSetCookie())
  }
  await connect('webflow')
  await connect('wix', [
    ['decision', 'install'],
    ['site', '64fc2d7e-1c0b-4f5a-9b8d-3e7a6c210f41'],
  ])
  const [instance] = rig.provider.control.wix.instances()
  const { headers, body } = await rig.provider.control.buildWebhook({
    provider: 'wix',
    event: 'AppInstalled',
    instanceId: instance?.instanceId ?? '',
  })
  const told = await browser.request('/auth/wix/webhook', {
    method: 'POST',
    headers: { ...headers },
    body,
  })
  expect(told.status).toBe(200)
  const [key = ''] = (await store.list('connections/webflow/')).keys
  await store.put(key, 'what nobody can open', {})
  await connect('webflow')
  const [connection] = (
    (await (await browser.request('/auth/connections')).json()) as {
      connections: { id: string; provider: string }[]
    }
  ).connections.filter(({ provider }) => provider === 'webflow')
  const ended = await browser.submit(`/auth/connections/${connection?.id}/revoke`)
  expect(ended.status).toBe(303)
}

import type { FaultName, Target } from './faults.ts'
import type { PlaceName } from './places.ts'
import { OPERATIONS, type Operation, type ProviderSettings } from './run-cell.ts'

/** What must hold of one operation while a fault lasts, and after it. */
export interface Cell {
  /** The status. */
  readonly answer: number
  readonly code?: string
  readonly outcome?: string
  /** What is left once the fault is over: a connection that is renewed again, a dead one, or none. */
  readonly after: 'works' | 'reauth' | 'gone'
  /** How many refresh requests are sent; at most three unless it is said. */
  readonly refreshes?: number
  /** Whether a browser that had no session gets one, because the login may be stored. */
  readonly session?: boolean
  /** Grants that live on at the provider and that the app does not know: 0 where it can know. */
  readonly orphans?: number
}

export interface Row {
  readonly places: readonly PlaceName[]
  readonly target: Target
  readonly faults: readonly FaultName[]
  readonly settings?: ProviderSettings
  readonly cells: readonly (readonly [Operation, Cell])[]
}

const started: Cell = { answer: 302, after: 'works' }
const connected: Cell = { answer: 303, after: 'works' }
const used: Cell = { answer: 200, outcome: 'about user-1001', after: 'works', refreshes: 0 }
const renewed: Cell = { answer: 200, after: 'works' }
const once = { ...renewed, refreshes: 1 }
const twice = { ...renewed, refreshes: 2 }
const ended: Cell = { answer: 200, outcome: 'revoked', after: 'gone' }
const pending: Cell = { answer: 200, outcome: 'pending', after: 'gone' }
/** Nothing happened, and it can be tried again. */
const refused: Cell = { answer: 503, code: 'store_unavailable', after: 'works' }
const unasked = { ...refused, refreshes: 0 }
const kept = { ...refused, refreshes: 1 }
/** A first login that failed for certain leaves nothing. */
const nothing: Cell = { answer: 503, code: 'store_unavailable', after: 'gone' }
/** A first login of unknown outcome gives the browser its session: it opens what may be stored. */
const unknown: Cell = { ...nothing, session: true }
const late: Cell = { ...unknown, after: 'works' }
const tired: Cell = { answer: 503, code: 'temporarily_unavailable', after: 'works', refreshes: 3 }
const tiredOnce = { ...tired, refreshes: 1 }
const unwell = (answer: 502 | 504, after: Cell['after'], orphans = 0): Cell => ({
  answer,
  code: answer === 502 ? 'provider_unavailable' : 'provider_timeout',
  after,
  orphans,
})

const STRONG: PlaceName[] = ['memory', 'object']
const PLAIN: PlaceName[] = ['memory', 'kv']
const ALL: PlaceName[] = ['memory', 'kv', 'object']
const FAILS: FaultName[] = ['throw', '429', '500']
/** How calls to an object fail. */
const STRUCK: FaultName[] = ['throw', 'retryable', 'overloaded', 'hang']

/** A row, its cells in the order of the operations; what is not said is not played. */
function row(
  places: readonly PlaceName[],
  target: Target,
  faults: readonly FaultName[],
  cells: readonly (Cell | null)[],
  settings?: ProviderSettings,
): Row {
  const known = OPERATIONS.flatMap((operation, index) => {
    const cell = cells[index]
    return cell ? [[operation, cell] as const] : []
  })
  return { places, target, faults, cells: known, ...(settings && { settings }) }
}

export const ROWS: readonly Row[] = [
  // A login of a session reads whether it opens; a new session has nothing to read.
  row(PLAIN, 'store get', FAILS, [refused, connected, refused, refused, unasked, refused]),
  row(PLAIN, 'store get', ['hang'], [refused, connected, refused, refused, refused, refused]),
  // Without a lease the provider is not asked.
  row(['memory'], 'store write', FAILS, [started, nothing, refused, used, unasked, refused]),
  // New tokens are kept in memory until they can be written.
  row(['kv'], 'store write', FAILS, [started, nothing, refused, used, kept, refused]),
  // The first login arrives after all, and the browser has its session.
  row(['kv'], 'store write', ['hang'], [started, late, refused, used, refused, nothing]),
  // Without the mark of its state a code is not sent.
  row(['memory'], 'store write', ['hang'], [started, nothing, refused, used, refused, nothing]),
  // It was written all the same, and is found there.
  row(PLAIN, 'store write', ['partial'], [started, connected, connected, used, null, nothing]),
  // The lease is not known to be written, so the provider is not asked.
  row(['memory'], 'store write', ['partial'], [null, null, null, null, unasked]),
  // Written at the first try, and found so at the second.
  row(['kv'], 'store write', ['partial'], [null, null, null, null, once]),
  // The mark of the state is written, and then not the login.
  row(['memory'], 'store write', ['throw later'], [null, nothing, refused, null, null, ended]),
  row(['memory'], 'store write', ['partial later'], [null, connected, connected, null, null, ended]),
  // The revocation of what a login replaces is written down with it, and the note of its success is not.
  row(['memory'], 'store write', ['throw later'], [null, null, null, null, kept]),
  row(['memory'], 'store write', ['partial later'], [null, null, null, null, once]),
  row(['kv'], 'store write', ['throw later', 'partial later'], [null, connected, connected, null, once, ended]),
  // A login is one call of the other method.
  row(['object'], 'object storage', [...STRUCK, 'partial'], [refused, connected, connected, refused, unasked, refused]),
  row(['object'], 'object storage', ['retryable once'], [null, null, null, used, once, ended]),
  row(['object'], 'object connections', STRUCK, [started, unknown, refused, used, unasked, refused]),
  // A login and a disconnect may not be made again: it is not known what became of the first.
  row(['object'], 'object connections', ['retryable once'], [null, null, refused, null, once, refused]),
  // The object has the connection of the session that the browser was given.
  row(['object'], 'object connections', ['partial'], [started, late, refused, used, kept, nothing]),
  row(ALL, 'token endpoint', FAILS, [started, unwell(502, 'gone'), unwell(502, 'works'), used, tired, ended]),
  // A provider that was too slow once is not asked again with less time.
  row(ALL, 'token endpoint', ['hang'], [started, unwell(504, 'gone'), unwell(504, 'works'), used, tiredOnce, ended]),
  // What the provider gave and the app did not get, the app cannot give back.
  row(
    ALL,
    'token endpoint',
    ['partial'],
    [started, unwell(502, 'gone', 1), unwell(502, 'works', 1), used, null, ended],
  ),
  // It rotated, its answer was lost, and it has no grace: only a login helps.
  row(STRONG, 'token endpoint', ['partial'], [null, null, null, null, { ...tired, after: 'reauth' }]),
  row(['kv'], 'token endpoint', ['partial'], [null, null, null, null, tired]),
  row(ALL, 'token endpoint', ['partial once'], [null, null, null, null, twice], { graceSeconds: 60 }),
  row(ALL, 'revocation endpoint', [...FAILS, 'hang', 'partial'], [started, connected, connected, used, once, pending]),
]

/** What the matrix is made of; `store delete` stands in no row. */
export const TARGETS = [
  'store get',
  'store write',
  'store delete',
  'object storage',
  'object connections',
  'token endpoint',
  'revocation endpoint',
] as const
export const FAULTS = ['throw', '429', '500', 'hang', 'stale', 'partial'] as const

const NO_STATUS = 'a call to an object has no status: it answers or throws'
const NO_COPY = 'an object answers for itself, and a POST is answered by no cache'
const DELETED =
  'documents are emptied, never deleted; a provider that ends grants by webhook deletes entries of ' +
  'its index alone, whose failures change no answer'

/** Cells that cannot be, and why. */
export const IMPOSSIBLE: Readonly<Record<string, string>> = {
  'store get: stale': 'a strong store has none; for Workers KV see stale.test.ts',
  'store get: partial': 'a read that fails after it was done is a read that fails',
  'store write: stale': 'a write has no age',
  ...Object.fromEntries(FAULTS.map((fault) => [`store delete: ${fault}`, DELETED])),
  'object storage: 429': NO_STATUS,
  'object storage: 500': NO_STATUS,
  'object connections: 429': NO_STATUS,
  'object connections: 500': NO_STATUS,
  'object storage: stale': NO_COPY,
  'object connections: stale': NO_COPY,
  'token endpoint: stale': NO_COPY,
  'revocation endpoint: stale': NO_COPY,
}

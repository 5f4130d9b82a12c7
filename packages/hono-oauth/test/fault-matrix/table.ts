import type { FaultName, Target } from './faults.ts'
import type { PlaceName } from './places.ts'
import type { Operation, ProviderSettings } from './run-cell.ts'

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
  /** Grants that live on at the provider and that nobody here knows: 0 unless there is no way to know. */
  readonly orphans?: number
}

export interface Row {
  readonly places: readonly PlaceName[]
  readonly target: Target
  readonly faults: readonly FaultName[]
  readonly settings?: ProviderSettings
  readonly cells: Readonly<Partial<Record<Operation, Cell>>>
}

const started: Cell = { answer: 302, after: 'works' }
const connected: Cell = { answer: 303, after: 'works' }
const used: Cell = { answer: 200, outcome: 'about user-1001', after: 'works', refreshes: 0 }
const renewed: Cell = { answer: 200, after: 'works' }
const ended: Cell = { answer: 200, outcome: 'revoked', after: 'gone' }
const pending: Cell = { answer: 200, outcome: 'pending', after: 'gone' }
/** Nothing happened, and it can be tried again. */
const refused: Cell = { answer: 503, code: 'store_unavailable', after: 'works' }
/** A first login that came to nothing leaves nothing: no session, no connection, no grant. */
const nothing: Cell = { answer: 503, code: 'store_unavailable', after: 'gone' }
/** It is done although its answer says otherwise. */
const doneUnseen: Cell = { answer: 503, code: 'store_unavailable', after: 'gone' }
const waits: Cell = { answer: 503, code: 'store_unavailable', after: 'works' }
const tired: Cell = { answer: 503, code: 'temporarily_unavailable', after: 'works', refreshes: 3 }
const unwell = (answer: 502 | 504, after: Cell['after'], orphans = 0): Cell => ({
  answer,
  code: answer === 502 ? 'provider_unavailable' : 'provider_timeout',
  after,
  orphans,
})

const EVERYWHERE: readonly PlaceName[] = ['memory', 'kv', 'object']

export const ROWS: readonly Row[] = [
  {
    places: ['memory', 'kv'],
    target: 'store get',
    faults: ['throw', '429', '500'],
    cells: {
      login: started,
      // A session that is new has nothing to read.
      'first callback': connected,
      callback: refused,
      call: refused,
      refresh: { ...refused, refreshes: 0 },
      disconnect: refused,
    },
  },
  {
    places: ['memory', 'kv'],
    target: 'store get',
    faults: ['hang'],
    cells: {
      login: started,
      'first callback': connected,
      callback: waits,
      call: waits,
      refresh: waits,
      disconnect: waits,
    },
  },
  {
    places: ['memory'],
    target: 'store write',
    faults: ['throw', '429', '500'],
    cells: {
      login: started,
      'first callback': nothing,
      callback: refused,
      call: used,
      // Without a lease nobody asks.
      refresh: { ...refused, refreshes: 0 },
      disconnect: refused,
    },
  },
  {
    places: ['kv'],
    target: 'store write',
    faults: ['throw', '429', '500'],
    cells: {
      login: started,
      'first callback': nothing,
      callback: refused,
      call: used,
      // What was won is kept in memory until it can be written.
      refresh: { ...refused, refreshes: 1 },
      disconnect: refused,
    },
  },
  {
    places: ['memory', 'kv'],
    target: 'store write',
    faults: ['hang'],
    cells: {
      login: started,
      // It arrives after all, for a session that no browser was told of.
      'first callback': { ...waits, after: 'gone', orphans: 1 },
      callback: waits,
      call: used,
      refresh: waits,
      disconnect: { ...waits, after: 'gone' },
    },
  },
  {
    places: ['memory', 'kv'],
    target: 'store write',
    faults: ['partial'],
    cells: {
      login: started,
      // It was written all the same, and is found there.
      'first callback': connected,
      callback: connected,
      call: used,
      disconnect: doneUnseen,
    },
  },
  {
    places: ['memory'],
    target: 'store write',
    faults: ['partial'],
    // The lease is not known to be written, so nobody asks.
    cells: { refresh: { ...refused, refreshes: 0 } },
  },
  {
    places: ['kv'],
    target: 'store write',
    faults: ['partial'],
    // Written at the first try, and found so at the second.
    cells: { refresh: { ...renewed, refreshes: 1 } },
  },
  {
    places: ['memory'],
    target: 'store write',
    faults: ['throw later', 'partial later'],
    cells: {
      'first callback': connected,
      // The revocation of what it replaces is written down with it, and the note of its success is not.
      callback: connected,
      disconnect: ended,
    },
  },
  {
    places: ['memory'],
    target: 'store write',
    faults: ['throw later'],
    cells: { refresh: { ...refused, refreshes: 1 } },
  },
  {
    places: ['memory'],
    target: 'store write',
    faults: ['partial later'],
    cells: { refresh: { ...renewed, refreshes: 1 } },
  },
  {
    places: ['kv'],
    target: 'store write',
    faults: ['throw later', 'partial later'],
    cells: {
      'first callback': connected,
      callback: connected,
      refresh: { ...renewed, refreshes: 1 },
      disconnect: ended,
    },
  },
  {
    places: ['object'],
    target: 'object storage',
    faults: ['throw', 'retryable', 'overloaded', 'hang', 'partial'],
    cells: {
      login: started,
      'first callback': connected,
      // A login is one call of the other method.
      callback: connected,
      call: refused,
      refresh: { ...refused, refreshes: 0 },
      disconnect: refused,
    },
  },
  {
    places: ['object'],
    target: 'object storage',
    faults: ['retryable once'],
    cells: { call: used, refresh: { ...renewed, refreshes: 1 }, disconnect: ended },
  },
  {
    places: ['object'],
    target: 'object connections',
    faults: ['throw', 'retryable', 'overloaded', 'hang'],
    cells: {
      login: started,
      'first callback': nothing,
      callback: refused,
      call: used,
      refresh: { ...refused, refreshes: 0 },
      disconnect: refused,
    },
  },
  {
    places: ['object'],
    target: 'object connections',
    faults: ['retryable once'],
    cells: {
      // Neither may be made again: nobody knows what became of the first.
      callback: refused,
      disconnect: refused,
      refresh: { ...renewed, refreshes: 1 },
    },
  },
  {
    places: ['object'],
    target: 'object connections',
    faults: ['partial'],
    cells: {
      login: started,
      // The object has a connection of a session that no browser was told of.
      'first callback': { ...nothing, orphans: 1 },
      callback: refused,
      call: used,
      refresh: { ...refused, refreshes: 1 },
      disconnect: doneUnseen,
    },
  },
  {
    places: EVERYWHERE,
    target: 'token endpoint',
    faults: ['throw', '429', '500'],
    cells: {
      login: started,
      'first callback': unwell(502, 'gone'),
      callback: unwell(502, 'works'),
      call: used,
      refresh: tired,
      disconnect: ended,
    },
  },
  {
    places: EVERYWHERE,
    target: 'token endpoint',
    faults: ['hang'],
    cells: {
      login: started,
      'first callback': unwell(504, 'gone'),
      callback: unwell(504, 'works'),
      call: used,
      // Whoever was too slow once is not asked again with less time.
      refresh: { ...tired, refreshes: 1 },
      disconnect: ended,
    },
  },
  {
    places: EVERYWHERE,
    target: 'token endpoint',
    faults: ['partial'],
    cells: {
      login: started,
      // What the provider gave and nobody got, nobody can give back.
      'first callback': unwell(502, 'gone', 1),
      callback: unwell(502, 'works', 1),
      call: used,
      // It rotated, its answer was lost, and it has no grace: only a login helps.
      refresh: { ...tired, after: 'reauth' },
      disconnect: ended,
    },
  },
  {
    places: EVERYWHERE,
    target: 'token endpoint',
    faults: ['partial once'],
    settings: { graceSeconds: 60 },
    cells: { refresh: { ...renewed, refreshes: 2 } },
  },
  {
    places: EVERYWHERE,
    target: 'revocation endpoint',
    faults: ['throw', '429', '500', 'hang', 'partial'],
    cells: {
      login: started,
      'first callback': connected,
      callback: connected,
      call: used,
      refresh: { ...renewed, refreshes: 1 },
      disconnect: pending,
    },
  },
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
const STRONG = 'an object answers for itself, so nothing is between it and whoever asks'
const NO_CACHE = 'it is asked by POST, which no cache answers'

/** Cells that cannot be, and why. */
export const IMPOSSIBLE: Readonly<Record<string, string>> = {
  'store get: stale': 'a strong store has none; for Workers KV see stale.test.ts',
  'store get: partial': 'a read that fails after it was done is a read that fails',
  'store write: stale': 'a write has no age',
  ...Object.fromEntries(
    FAULTS.map((fault) => [
      `store delete: ${fault}`,
      'documents are emptied, never deleted; a provider that ends grants by webhook deletes entries of ' +
        'its index alone, whose failures change no answer',
    ]),
  ),
  'object storage: 429': NO_STATUS,
  'object storage: 500': NO_STATUS,
  'object storage: stale': STRONG,
  'object connections: 429': NO_STATUS,
  'object connections: 500': NO_STATUS,
  'object connections: stale': STRONG,
  'token endpoint: stale': NO_CACHE,
  'revocation endpoint: stale': NO_CACHE,
}

import { describe, expect, it } from 'vitest'
import {
  type ConnectionDocument,
  decodeDocument,
  EMPTY,
  encodeDocument,
  lifetimeOf,
  wakeTimeOf,
} from '../../src/connections/document.ts'
import { beginRevocation } from '../../src/connections/revocation.ts'
import { shown } from '../protocol/refusal.ts'
import { NOW, record } from './support.ts'

const WEEK = 7 * 86_400
const pending = beginRevocation(record('gone'), true, NOW)
const documentOf = (parts: Partial<ConnectionDocument>): ConnectionDocument => ({
  ...EMPTY,
  generation: 1,
  ...parts,
})

describe('a document', () => {
  it('comes back from JSON with its revocations', () => {
    const document = documentOf({
      expiresAt: NOW + 9,
      connections: [record('one')],
      revocations: [pending],
    })
    const back = decodeDocument(JSON.parse(JSON.stringify(encodeDocument(document))))
    expect(back).toEqual(document)
    expect(back.revocations[0]?.record.accessToken.reveal()).toBe('canary-gone')
    expect(shown(back)).not.toContain('canary')
  })

  it('of a time without revocations has none', () => {
    const { revocations: _, ...older } = encodeDocument(
      documentOf({ connections: [record('one')] }),
    )
    expect(decodeDocument(older)).toEqual(documentOf({ connections: [record('one')] }))
    expect(encodeDocument(documentOf({}))['revocations']).toBeUndefined()
  })

  const connections = [record('one')]
  const revocations = [pending]
  it.each<[string, Partial<ConnectionDocument>, number | undefined]>([
    ['a user stays', { connections }, undefined],
    ['a session ends with it', { connections, expiresAt: NOW + 500 }, 500],
    ['nothing stays as long as a stale copy may', { expiresAt: NOW + 500 }, 120],
    ['a user with a revocation stays', { connections, revocations }, undefined],
    ['a revocation alone stays a week', { revocations, expiresAt: NOW + 500 }, WEEK],
    [
      'a session with a revocation stays a week',
      { connections, revocations, expiresAt: NOW + 500 },
      WEEK,
    ],
    [
      'a long session ends with it, whatever is to be revoked',
      { connections, revocations, expiresAt: NOW + 2 * WEEK },
      2 * WEEK,
    ],
  ])('of %s', (_name, parts, lifetime) => {
    expect(lifetimeOf(documentOf(parts), NOW)).toBe(lifetime)
  })
})

describe('the time when a document has work to do', () => {
  const due = (renewAt: number | undefined, health: 'active' | 'needs_reauth' = 'active') => ({
    ...record('one'),
    renewAt,
    health,
  })

  it.each<[string, Partial<ConnectionDocument>, number | undefined]>([
    ['nothing', {}, undefined],
    ['a token without an end', { connections: [due(undefined)] }, undefined],
    ['the first of several renewals', { connections: [due(NOW + 9), due(NOW + 5)] }, NOW + 5],
    ['no renewal of what is gone', { connections: [due(NOW + 5, 'needs_reauth')] }, undefined],
    ['a revocation', { revocations: [pending] }, NOW + 60],
    [
      'a revocation before a renewal',
      { connections: [due(NOW + 61)], revocations: [pending] },
      NOW + 60,
    ],
    [
      'a renewal before a revocation',
      { connections: [due(NOW + 59)], revocations: [pending] },
      NOW + 59,
    ],
  ])('is that of %s', (_name, parts, at) => {
    expect(wakeTimeOf(documentOf(parts))).toBe(at)
  })
})

import { describe, expect, it } from 'vitest'
import { BoundedMap } from '../src/bounded-map.ts'
import { RenewalMemory } from '../src/engine/renewal-memory.ts'
import { Secret } from '../src/secret.ts'
import { memoryStore } from '../src/stores/memory.ts'
import type { ConnectionRecord } from '../src/vault/record.ts'
import { Vault, VaultMemory } from '../src/vault/vault.ts'
import { ringOf } from './crypto/keys.ts'
import { ADDRESS, NOW } from './engine/constants.ts'

const MIB = 1024 * 1024
const LONG = 'x'.repeat(MIB)

describe('a bounded map', () => {
  it('holds a thousand entries, the latest ones', () => {
    const map = new BoundedMap<number>()
    for (let count = 0; count <= 1000; count++) map.set(`${count}`, count)
    map.set('1', 1)
    map.set('last', 0)
    expect([map.size, map.has('0'), map.has('1'), map.has('2')]).toEqual([1000, false, true, false])
  })

  it('holds four million characters of keys and texts', () => {
    const map = new BoundedMap<string>()
    for (const key of ['a', 'b', 'c', 'd', 'e']) map.set(key, LONG.slice(1))
    expect([...map.keys()]).toEqual(['b', 'c', 'd', 'e'])
    map.set(LONG, '')
    map.set(LONG, 'x')
    expect([...map.keys()]).toEqual(['d', 'e', LONG])
    map.delete('d')
    map.set('f', LONG.slice(1)).set('e', 'short')
    expect(map.size).toBe(3)
    map.set('too long', LONG.repeat(5))
    expect([...map.keys()]).toEqual(['too long'])
    map.clear()
    map.set('a', LONG).set('b', LONG)
    expect(map.size).toBe(2)
  })

  it('measures other values as it is told', () => {
    const map = new BoundedMap<{ length: number }>(({ length }) => length)
    for (const key of ['a', 'b', 'c']) map.set(key, { length: 2 * MIB })
    expect([...map.keys()]).toEqual(['c'])
  })
})

describe('the memory of an isolate', () => {
  const accessToken = new Secret(LONG)

  it('holds four million characters of tokens', () => {
    const { unsaved } = new RenewalMemory()
    const issued = { tokens: { accessToken }, askedAt: NOW, address: ADDRESS, record: {} as ConnectionRecord }
    for (let count = 0; count < 9; count++) unsaved.set(`${count}`, issued)
    expect(unsaved.size).toBe(3)
  })

  it('holds four million characters of records', () => {
    const memory = new RenewalMemory()
    const records = [...'123456789'].map((id) => ({ id, issuedAt: Number(id), accessToken }) as ConnectionRecord)
    for (const record of records) memory.note(record, { ...record, failures: 1 })
    expect(records.map((record) => memory.recall(record).failures)).toEqual([...Array(8).fill(undefined), 1])
  })

  it('holds four million characters of documents', async () => {
    const memory = new VaultMemory()
    const vault = new Vault(memoryStore(), ringOf('records'), () => NOW, undefined, memory)
    const record = { id: 'id', provider: 'example', accessToken, account: { id: 'a', name: null } }
    for (let count = 0; count < 5; count++) {
      const address = { ...ADDRESS, owner: { key: `owner-${count}` } }
      await vault.update(address, () => ({ connections: [record as unknown as ConnectionRecord], result: 0 }))
    }
    expect(memory.ownWrites.size).toBe(2)
  })
})

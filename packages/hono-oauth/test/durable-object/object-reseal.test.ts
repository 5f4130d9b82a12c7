import { describe, expect, it, vi } from 'vitest'
import { openDocument } from '../../src/connections/sealed-document.ts'
import { keyText, ringOf } from '../crypto/keys.ts'
import { down, RENEWAL } from './fake-provider.ts'
import { passed, START, setup, standStill, WEEK } from './setup.ts'

standStill()

const KEY = 'connections/p/ada'
/** The ring after the first step of a change; `objects` is the key that all was sealed with. */
const BOTH = { keys: [keyText('new'), keyText('objects')] }
const NEW = ringOf('new')

/** An object whose connections were sealed before there was a new key. */
function aged() {
  const made = setup()
  const { object, store, configured } = made
  return {
    ...made,
    /** Another version of the Worker, with the new key. */
    rotate: () => object.restart(configured(BOTH)),
    /** What the new key alone opens. */
    async opened(key = KEY) {
      const value = await store.get(key)
      return value === null ? undefined : openDocument(NEW, key, value)
    },
    /** What is stored, without a use of the object. */
    stored: () => object.storage.values(),
  }
}

describe('an object whose key has left first place', () => {
  it('is sealed with the new one after a week at the latest, although nobody asks', async () => {
    const { accept, rotate, ring, alarm, stored } = aged()
    await accept('eternal')
    rotate()
    await ring()
    expect(passed()).toBe(WEEK)
    expect(await openDocument(NEW, KEY, stored()[KEY] ?? '')).toMatchObject({
      connections: [{ grantId: 'eternal' }],
    })
    expect(alarm()).toBe(WEEK * 2)
  })

  it('is sealed with the new one by whatever alarm comes first', async () => {
    const { connect, rotate, ring, alarm, stored, p } = aged()
    await connect('unused')
    rotate()
    await ring()
    expect(passed()).toBe(RENEWAL)
    expect(p.asked('renew')).toEqual([])
    expect(await openDocument(NEW, KEY, stored()[KEY] ?? '')).toBeDefined()
    expect(alarm()).toBe(RENEWAL + WEEK)
  })

  it('is sealed with the new one by its first use', async () => {
    const { accept, rotate, store, stored } = aged()
    await accept('eternal')
    rotate()
    await store.get(KEY)
    await vi.waitFor(async () => {
      expect(await openDocument(NEW, KEY, stored()[KEY] ?? '')).toBeDefined()
    })
  })

  it('is sealed whole: all providers, and what is to be revoked', async () => {
    const { accept, connect, home, address, rotate, ring, opened, p } = aged()
    await accept('eternal', address('q'))
    const { id } = await connect('gone')
    p.fail(down(RENEWAL))
    expect(await home.disconnect(address(), id)).toBe('pending')
    rotate()
    p.fail(down(RENEWAL))
    await ring()
    expect(await opened('connections/q/ada')).toMatchObject({
      connections: [{ grantId: 'eternal' }],
    })
    expect((await opened())?.revocations).toHaveLength(1)
  })

  it('tries again when its storage failed', async () => {
    const errors = vi.spyOn(console, 'error').mockImplementation(() => undefined)
    const { accept, rotate, object, store, stored } = aged()
    await accept('eternal')
    rotate()
    object.storage.failure = new Error('database disk image is malformed')
    await expect(store.get(KEY)).rejects.toMatchObject({ code: 'store_unavailable' })
    object.storage.failure = undefined
    await store.get(KEY)
    await vi.waitFor(async () => {
      expect(await openDocument(NEW, KEY, stored()[KEY] ?? '')).toBeDefined()
    })
    errors.mockRestore()
  })
})

describe('an object that is sealed with the newest key', () => {
  it('wakes once a week, and writes nothing but its next alarm', async () => {
    const { accept, ring, object } = aged()
    await accept('eternal')
    const written = object.storage.written()
    for (let week = 1; week <= 3; week++) await ring()
    expect(object.storage.written()).toBe(written)
    const weeks = [1, 2, 3, 4].map((week) => (START + week * WEEK) * 1000)
    expect(object.storage.alarmsSet).toEqual(weeks)
  })

  it('leaves the alarm of an earlier life where it is, however often it is read', async () => {
    const { accept, ring, object, store, alarm } = aged()
    await accept('eternal')
    for (let life = 0; life < 5; life++) {
      object.restart()
      vi.setSystemTime(Date.now() + 3600 * 1000)
      await store.get(KEY)
    }
    expect(object.storage.alarmsSet).toEqual([(START + WEEK) * 1000])
    await ring()
    expect(alarm()).toBe(WEEK * 2)
  })

  it('reads what it keeps once in each of its lives, whatever wakes it', async () => {
    const { accept, ring, object } = aged()
    await accept('eternal')
    const reads = () => object.storage.statements.filter((each) => /^SELECT value/.test(each))
    object.restart()
    object.storage.statements.length = 0
    await ring()
    expect(reads()).toHaveLength(1)
    await ring()
    expect(reads()).toHaveLength(1)
  })
})

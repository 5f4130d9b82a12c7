import { describe, expect, it } from 'vitest'
import { GrantIndex } from '../../src/connections/grants.ts'
import { memoryStore } from '../../src/stores/memory.ts'
import { owner, recordingStore, stranger } from './support.ts'

describe('the owners of a grant', () => {
  it('are those that were added, once each', async () => {
    const index = new GrantIndex(memoryStore())
    for (const each of [owner, stranger, owner]) await index.add('p', 'grant', each, undefined)
    expect((await index.owners('p', 'grant')).sort()).toEqual([owner.key, stranger.key].sort())
  })

  it.each([
    ['another grant', 'p', 'grant-2'],
    ['a grant that begins so', 'p', 'gran'],
    ['another provider', 'q', 'grant'],
    ['no grant', 'p', ''],
    ['the whole room', 'p', '../'],
  ])('are not those of %s', async (_name, provider, grantId) => {
    const index = new GrantIndex(memoryStore())
    await index.add('p', 'grant', owner, undefined)
    await index.began('p', 'grant', 1)
    expect(await index.owners(provider, grantId)).toEqual([])
  })

  it.each(['a/b', 'a', 'é🙂', '*', '', 'x'.repeat(5000)])(
    'are found whatever the grant is called: %#',
    async (grantId) => {
      const { store, log } = recordingStore()
      const index = new GrantIndex(store)
      await index.add('p', grantId, owner, undefined)
      await index.add('p', `${grantId}/`, stranger, undefined)
      expect(await index.owners('p', grantId)).toEqual([owner.key])
      for (const line of log) expect(line).toMatch(/^(put|list) grants\/p\/[\w-]{32}\/[ab]*$/)
    },
  )

  it('are added by one write', async () => {
    const { store, log } = recordingStore()
    await new GrantIndex(store).add('p', 'grant', owner, undefined)
    expect(log).toHaveLength(1)
    expect(log[0]).toMatch(/^put /)
  })

  it('are forgotten with what they own', async () => {
    let now = 0
    const index = new GrantIndex(memoryStore({ now: () => now }))
    await index.add('p', 'grant', owner, 100)
    await index.add('p', 'grant', stranger, undefined)
    now = 99_999
    expect(await index.owners('p', 'grant')).toHaveLength(2)
    now = 100_000
    expect(await index.owners('p', 'grant')).toEqual([stranger.key])
  })
})

describe('a grant that began', () => {
  it.each<[boolean, number[], number]>([
    [false, [], 100],
    [false, [50], 100],
    [false, [100], 100],
    [true, [101], 100],
    [true, [150, 50], 100],
    [true, [50, 150], 100],
    [false, [50, 150], 200],
  ])('is newer (%s) when it began at %j, than an end at %d', async (isNewer, begins, at) => {
    const index = new GrantIndex(memoryStore())
    for (const when of begins) await index.began('p', 'grant', when)
    expect(await index.beganAfter('p', 'grant', at)).toBe(isNewer)
  })

  it('is known to other isolates, and only this grant in this realm', async () => {
    const store = memoryStore()
    await new GrantIndex(store).began('p', 'grant', 150)
    const index = new GrantIndex(store)
    expect(await index.beganAfter('p', 'grant', 100)).toBe(true)
    expect(await index.beganAfter('p', 'other', 100)).toBe(false)
    expect(await index.beganAfter('q', 'grant', 100)).toBe(false)
  })

  it('is written only when it is news', async () => {
    const { store, log } = recordingStore()
    const index = new GrantIndex(store)
    await index.began('p', 'grant', 150)
    log.length = 0
    await index.began('p', 'grant', 150)
    await index.began('p', 'grant', 50)
    expect(log.filter((line) => line.startsWith('put'))).toEqual([])
  })

  it('is no owner, and one who left is none either', async () => {
    const index = new GrantIndex(memoryStore())
    await index.began('p', 'grant', 150)
    await index.add('p', 'grant', owner, undefined)
    await index.add('p', 'grant', stranger, undefined)
    await index.remove('p', 'grant', owner)
    expect(await index.owners('p', 'grant')).toEqual([stranger.key])
  })
})

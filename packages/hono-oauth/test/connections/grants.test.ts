import { describe, expect, it } from 'vitest'
import { GrantIndex } from '../../src/connections/grants.ts'
import { memoryStore } from '../../src/stores/memory.ts'
import { owner, recordingStore, stranger } from './support.ts'

describe('the owners of a grant', () => {
  it('are those that were added, once each', async () => {
    const index = new GrantIndex(memoryStore(), 'p')
    for (const each of [owner, stranger, owner]) await index.add('grant', each, undefined)
    expect((await index.owners('grant')).sort()).toEqual([owner.key, stranger.key].sort())
  })

  it.each([
    ['another grant', 'p', 'grant-2'],
    ['a grant that begins so', 'p', 'gran'],
    ['another realm', 'q', 'grant'],
    ['no grant', 'p', ''],
    ['the whole room', 'p', '../'],
  ])('are not those of %s', async (_name, realm, grantId) => {
    const store = memoryStore()
    const index = new GrantIndex(store, 'p')
    await index.add('grant', owner, undefined)
    await index.began('grant', 1)
    expect(await new GrantIndex(store, realm).owners(grantId)).toEqual([])
  })

  it.each(['a/b', 'a', 'é🙂', '*', '', 'x'.repeat(5000)])(
    'are found whatever the grant is called: %#',
    async (grantId) => {
      const { store, log } = recordingStore()
      const index = new GrantIndex(store, 'p')
      await index.add(grantId, owner, undefined)
      await index.add(`${grantId}/`, stranger, undefined)
      expect(await index.owners(grantId)).toEqual([owner.key])
      for (const line of log) expect(line).toMatch(/^(put|list) grants\/p\/[\w-]{32}\/[ab]*$/)
    },
  )

  it('are added by one write', async () => {
    const { store, log } = recordingStore()
    await new GrantIndex(store, 'p').add('grant', owner, undefined)
    expect(log).toHaveLength(1)
    expect(log[0]).toMatch(/^put /)
  })

  it('are forgotten with what they own', async () => {
    let now = 0
    const index = new GrantIndex(memoryStore({ now: () => now }), 'p')
    await index.add('grant', owner, 100)
    await index.add('grant', stranger, undefined)
    now = 99_999
    expect(await index.owners('grant')).toHaveLength(2)
    now = 100_000
    expect(await index.owners('grant')).toEqual([stranger.key])
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
    const index = new GrantIndex(memoryStore(), 'p')
    for (const when of begins) await index.began('grant', when)
    expect(await index.beganAfter('grant', at)).toBe(isNewer)
  })

  it('is known to other isolates, and only this grant in this realm', async () => {
    const store = memoryStore()
    await new GrantIndex(store, 'p').began('grant', 150)
    const index = new GrantIndex(store, 'p')
    expect(await index.beganAfter('grant', 100)).toBe(true)
    expect(await index.beganAfter('other', 100)).toBe(false)
    expect(await new GrantIndex(store, 'q').beganAfter('grant', 100)).toBe(false)
  })

  it('is written only when it is news', async () => {
    const { store, log } = recordingStore()
    const index = new GrantIndex(store, 'p')
    await index.began('grant', 150)
    log.length = 0
    await index.began('grant', 150)
    await index.began('grant', 50)
    expect(log.filter((line) => line.startsWith('put'))).toEqual([])
  })

  it('is no owner, and one who left is none either', async () => {
    const index = new GrantIndex(memoryStore(), 'p')
    await index.began('grant', 150)
    await index.add('grant', owner, undefined)
    await index.add('grant', stranger, undefined)
    await index.remove('grant', owner)
    expect(await index.owners('grant')).toEqual([stranger.key])
  })
})

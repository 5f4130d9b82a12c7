import { expect } from 'vitest'
import { SOON } from '../rig/constants.ts'
import { expectRefusal } from '../rig/oracles.ts'
import { row, type Section } from './row.ts'
import { use } from './steps.ts'

// The disk takes no new text of a document; all else works.
const BREAK = `CREATE TRIGGER broken BEFORE UPDATE OF value ON oauth_entries WHEN NEW.key GLOB 'connections/*'
  BEGIN SELECT RAISE(FAIL, 'string or blob too big'); END`

export const DOORS: Section = {
  title: 'doors that were left open',
  rows: [
    row(212, 'an object that cannot write a renewal, and is evicted', [503], async (rig) => {
      const { oauthExample } = rig.provider.control
      for (const wake of ['its alarm', 'a request'] as const) {
        let id = ''
        const query = (sql: string) => rig.place.object(id, 'query', sql)
        const browser = await rig.ended('ex-object', async (each) => {
          id = (await rig.connections(each))[0]?.id ?? ''
          await query(BREAK)
        })
        await expectRefusal(await use(browser, 'ex-object'), 503, 'store_unavailable', wake)
        await rig.place.object(id, 'evict')
        await query('DROP TRIGGER broken')
        if (wake === 'its alarm') await rig.place.object(id, 'ring')
        else expect((await use(browser, 'ex-object')).status).toBe(200)
        const unsaved = () => query("SELECT key FROM oauth_entries WHERE key GLOB 'unsaved/*'")
        await expect.poll(unsaved, SOON).toEqual([])
        expect((await use(browser, 'ex-object')).status, wake).toBe(200)
        // The refresh token went out once, so the provider has seen no reuse.
        expect(rig.tokenRequests(), wake).toBe(1)
        expect(oauthExample.grants().at(-1)).toMatchObject({ alive: true, liveRefreshTokens: 1, reuseDetectedAt: null })
      }
    }),
  ],
}

import { writeSync } from 'node:fs'
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest'
import { ACCOUNTS } from './rows-account.ts'
import { APIS } from './rows-api.ts'
import { OPENID } from './rows-openid.ts'
import { TOKEN_REQUESTS } from './rows-request.ts'
import { TOKEN_ANSWERS } from './rows-token.ts'
import { WAY_BACK } from './rows-way-back.ts'

const SECTIONS = {
  'what a token endpoint answers': TOKEN_ANSWERS,
  'what the request to it must be': TOKEN_REQUESTS,
  'who was connected, and what comes with it': ACCOUNTS,
  'the way back, and where the app stands': WAY_BACK,
  'what an API says': APIS,
  'OpenID providers that differ': OPENID,
}
const cases = Object.values(SECTIONS).flat()
const passed = new Set<string>()

describe('cases from the field', () => {
  // Past the reporter, which shows nothing of what passes.
  afterAll(() => void writeSync(1, `\ncases from the field: ${passed.size} of ${cases.length}\n`))

  afterEach(() => void vi.restoreAllMocks())

  it('has every number once', () => {
    expect(cases.map(({ number }) => number)).toEqual(Array.from({ length: 46 }, (_, index) => `C${index + 1}`))
  })

  for (const [title, rows] of Object.entries(SECTIONS)) {
    describe(title, () => {
      it.each(rows)('$number $title', async ({ number, run }) => {
        await run()
        passed.add(number)
      })
    })
  }
})

import { inspect } from 'node:util'
import { expect } from 'vitest'
import { expectRefusal, SCRIPT, SESSION, sessionOf } from './oracles.ts'
import { row, type Section } from './row.ts'

const FAULTS = [
  'token-endpoint-500',
  'token-endpoint-html',
  'token-endpoint-truncated',
  'token-endpoint-error-200',
  'token-endpoint-invalid-client',
  'token-endpoint-invalid-grant',
  'token-type-mac',
  'token-with-newline',
  'token-with-non-ascii',
  'token-with-scope-array',
  'introspect-500',
]
const ROUNDS = 60

/** The middle of several durations, in milliseconds. */
async function medianOf(act: () => Promise<unknown>): Promise<number> {
  const times: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const begun = performance.now()
    await act()
    times.push(performance.now() - begun)
  }
  return times.sort((a, b) => a - b)[ROUNDS / 2] ?? 0
}

export const LEAKAGE: Section = {
  title: 'leakage',
  rows: [
    row(
      203,
      'errors in every form that a log may give them',
      async (rig) => {
        for (const scenario of FAULTS) {
          const browser = rig.browser()
          const callback = await rig.login(browser)
          rig.provider.control.setScenario(scenario)
          const answer = await browser.request(callback.href, { headers: { accept: '*/*' } })
          expect(answer.status, scenario).toBeGreaterThanOrEqual(400)
          rig.provider.control.clearScenarios()
        }
        await rig.restart({ steady: true })
        const browser = await rig.ended('ex-memory')
        for (const scenario of [
          'example-invalid-client',
          'example-token-html',
          'example-invalid-grant',
        ]) {
          rig.provider.control.setScenario(scenario)
          await browser.request('/s/use/ex-memory', { headers: SCRIPT })
          rig.provider.control.clearScenarios()
          await rig.advance(61)
        }
        // Their words, members and causes were kept by the app, and are searched after each row.
        const { errors } = await rig.place.ran()
        expect(errors.length).toBeGreaterThanOrEqual(3)
        for (const error of errors) expect(inspect(error)).toContain('OAuthError')
      },
      [502, 503],
    ),

    row(205, 'how long a refusal takes', async (rig) => {
      const browser = await rig.connected()
      const session = sessionOf(browser) ?? ''
      const garbage = 'x'.repeat(session.length)
      const wrong = `${session.slice(0, -2)}${session.endsWith('AA') ? 'BB' : 'AA'}`
      const listed = (value: string) => () =>
        browser.request('/auth/connections', {
          headers: { cookie: `${SESSION}=${value}` },
        })
      await listed(garbage)()
      const times = [await medianOf(listed(garbage)), await medianOf(listed(wrong))]
      const callback = await rig.login(browser)
      const [name = ''] = browser.transactions()
      const value = browser.jar.get(name)?.value ?? ''
      const opened = (text: string) => async () => {
        const cookie = `${name}=${text}`
        const answer = await browser.request(callback.href, {
          headers: { ...SCRIPT_NAVIGATION, cookie },
        })
        await expectRefusal(answer, 400, 'transaction_unknown')
      }
      times.push(await medianOf(opened('x'.repeat(value.length))))
      times.push(
        await medianOf(opened(`${value.slice(0, -2)}${value.endsWith('AA') ? 'BB' : 'AA'}`)),
      )
      const sent = await rig.provider.control.buildWebhook({
        provider: 'webflow',
        event: 'site_publish',
      })
      for (const signature of [
        '0'.repeat(64),
        `${sent.headers['x-webflow-signature']?.slice(0, 62)}00`,
      ]) {
        const headers = { ...sent.headers, 'x-webflow-signature': signature }
        const init = { method: 'POST', headers, body: sent.body }
        times.push(await medianOf(() => rig.browser().request('/auth/webflow/webhook', init)))
      }
      for (let pair = 0; pair < times.length; pair += 2) {
        const [one = 0, other = 0] = times.slice(pair, pair + 2)
        // An order of magnitude is what a machine with other work still tells apart.
        const floor = 0.5
        const ratio = Math.max(one, other, floor) / Math.max(Math.min(one, other), floor)
        expect(ratio, `${times}`).toBeLessThan(10)
      }
    }),
  ],
}

const SCRIPT_NAVIGATION = { accept: 'application/json' }

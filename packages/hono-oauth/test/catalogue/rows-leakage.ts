import { expect } from 'vitest'
import { expectRefusal, SESSION, sessionOf, workOf } from '../rig/oracles.ts'
import { row, type Section } from './row.ts'
import { loggingIn, use } from './steps.ts'

const FAULTS = [
  ...['token-endpoint-500', 'token-endpoint-html', 'token-endpoint-truncated', 'token-endpoint-error-200'],
  ...['token-endpoint-invalid-client', 'token-endpoint-invalid-grant', 'token-type-mac', 'token-with-newline'],
  ...['token-with-non-ascii', 'introspect-500'],
]
export const LEAKAGE: Section = {
  title: 'leakage',
  rows: [
    row(203, 'errors in every form that a log may give them', [502, 503], async (rig) => {
      for (const scenario of FAULTS) {
        const { browser, callback } = await loggingIn(rig)
        rig.provider.control.setScenario('webflow', scenario)
        const answer = await browser.request(callback.href, { headers: { accept: '*/*' } })
        expect(answer.status, scenario).toBeGreaterThanOrEqual(400)
        rig.provider.control.clearScenarios()
      }
      await rig.restart({ steady: true })
      const browser = await rig.ended('ex-memory')
      for (const scenario of ['token-endpoint-invalid-client', 'token-endpoint-html', 'token-endpoint-invalid-grant']) {
        rig.provider.control.setScenario('oauth.example', scenario)
        await use(browser, 'ex-memory')
        rig.provider.control.clearScenarios()
        await rig.advance(61)
      }
      // Their words, members and causes were kept by the app, and are searched after each row.
      const { errors } = await rig.place.ran()
      const isEntry = (text: string) => text.startsWith('{"level":"error"')
      expect(errors.filter(isEntry).length).toBeGreaterThanOrEqual(FAULTS.length)
      const thrown = errors.filter((text) => !isEntry(text))
      expect(thrown.length).toBeGreaterThanOrEqual(FAULTS.length + 3)
      for (const error of thrown) expect(error).toMatch(/OAuthError.*stack:/s)
    }),
    row(205, 'what a refusal takes, and what it tells', async (rig) => {
      const browser = await rig.connected()
      const session = sessionOf(browser) ?? ''
      const listed = (value: string) =>
        workOf(rig, async () => {
          const list = await browser.request('/auth/connections', { headers: { cookie: `${SESSION}=${value}` } })
          expect(await list.json()).toEqual({ connections: [] })
        })
      const callback = await rig.login(browser)
      const [name = ''] = browser.transactions()
      const transaction = browser.jar.get(name)?.value ?? ''
      const opened = (value: string) =>
        workOf(rig, async () => {
          const headers = { accept: 'application/json', cookie: `${name}=${value}` }
          await expectRefusal(await browser.request(callback.href, { headers }), 400, 'transaction_unknown')
        })
      // Nothing is looked up for a value that does not open, whatever its owner: the time that a
      // refusal takes tells nothing of what is stored.
      const values = [[session, listed] as const, [transaction, opened] as const]
      for (const [value, open] of values) {
        const forged = await open(wrong(value))
        expect(forged).toEqual({ decrypts: 1, verifications: 0, operations: 0 })
        expect(await open(wrong(value.replace(/[^.]+$/, (tag) => tag.slice(0, -8) + 'A'.repeat(8))))).toEqual(forged)
        for (const garbage of ['x'.repeat(value.length), value.split('.')[1] ?? '', '....']) {
          expect(await open(garbage)).toEqual({ ...forged, decrypts: 0 })
        }
      }
      const sent = await rig.provider.control.buildWebhook({ provider: 'webflow', event: 'site_publish' })
      const right = sent.headers['x-webflow-signature'] ?? ''
      for (const signature of ['0'.repeat(64), wrong(right), `${right.slice(0, 32)}${'0'.repeat(32)}`]) {
        const init = { method: 'POST', headers: { ...sent.headers, 'x-webflow-signature': signature }, body: sent.body }
        const work = await workOf(rig, async () =>
          expectRefusal(await rig.browser().request('/auth/webflow/webhook', init), 401, 'webhook_unverified'),
        )
        // All of it is compared, however much of it is right.
        expect(work).toEqual({ decrypts: 0, verifications: 1, operations: 0 })
      }
    }),
  ],
}

/** The same but for its last character. */
function wrong(text: string): string {
  const last = text.endsWith('A') ? 'Q' : 'A'
  return text.slice(0, -1) + (/^[\da-f]{64}$/.test(text) ? (text.endsWith('0') ? '1' : '0') : last)
}

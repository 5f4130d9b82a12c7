import { expect } from 'vitest'
import { expectRefusal, observe } from './oracles.ts'
import { row, type Section } from './row.ts'

const LOGIN = '/auth/webflow/login'
const A_PERSON = { accept: 'text/html' }

export const NAVIGATION: Section = {
  title: 'logins and callbacks that no person opens',
  rows: [
    row(22, 'a login that a page of another site embeds', async (rig) => {
      const browser = rig.browser()
      const seen = await observe(rig, browser)
      for (const headers of [
        { 'sec-fetch-dest': 'image' },
        { 'sec-fetch-dest': 'iframe' },
        { 'sec-fetch-mode': 'no-cors' },
      ]) {
        const answer = await browser.request(LOGIN, { headers: { ...A_PERSON, ...headers } })
        await expectRefusal(answer, 403, 'request_not_navigation')
      }
      expect(browser.cookieNames()).toEqual([])
      await seen.NS()
    }),

    row(23, 'a callback that a page of another site embeds', async (rig) => {
      const browser = rig.browser()
      const callback = await rig.login(browser)
      const seen = await observe(rig, browser)
      for (const destination of ['iframe', 'image', 'empty']) {
        const headers = { ...A_PERSON, 'sec-fetch-dest': destination }
        const answer = await browser.request(callback.href, { headers })
        await expectRefusal(answer, 403, 'request_not_navigation')
      }
      seen.T(0)
      seen.KEPT()
      await seen.NS()
      expect((await browser.navigate(callback.href)).status).toBe(303)
    }),

    row(25, 'a callback that is posted', async (rig) => {
      const browser = rig.browser()
      const callback = await rig.login(browser)
      const seen = await observe(rig, browser)
      const headers = { ...A_PERSON, 'content-type': 'application/x-www-form-urlencoded' }
      const body = callback.searchParams.toString()
      for (const url of [callback.pathname, callback.href]) {
        const answer = await browser.request(url, { method: 'POST', headers, body })
        await expectRefusal(answer, 405, 'method_not_allowed')
        expect(answer.headers.get('allow')).toBe('GET')
      }
      const head = await browser.request(callback.href, { method: 'HEAD' })
      expect(head.status).toBe(405)
      seen.T(0)
      seen.KEPT()
      await seen.NS()
      expect((await browser.navigate(callback.href)).status).toBe(303)
    }),

    row(26, 'a browser that fetches ahead', async (rig) => {
      const browser = rig.browser()
      const callback = await rig.login(browser)
      const seen = await observe(rig, browser)
      for (const path of [LOGIN, callback.href, '/s/always/webflow']) {
        for (const purpose of ['prefetch', 'prefetch;prerender', 'prefetch;anonymous-client-ip']) {
          const answer = await browser.navigate(path, { 'sec-purpose': purpose })
          await expectRefusal(answer, 403, 'request_not_navigation')
          expect(answer.headers.getSetCookie()).toEqual([])
        }
      }
      seen.T(0)
      seen.KEPT()
      await seen.NS()
      expect((await browser.navigate(callback.href)).status).toBe(303)
    }),
  ],
}

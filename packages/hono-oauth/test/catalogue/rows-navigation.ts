import { expect } from 'vitest'
import { expectRefusal, observe, pendingLogin } from '../rig/oracles.ts'
import { row, type Section } from './row.ts'
import { LOGIN } from './steps.ts'

const A_PERSON = { accept: 'text/html' }

export const NAVIGATION: Section = {
  title: 'logins and callbacks that no person opens',
  rows: [
    row(22, 'a login that a page of another site embeds', async (rig) => {
      const browser = rig.browser()
      const seen = await observe(rig, browser)
      for (const headers of [
        ...['image', 'iframe', 'frame', 'embed', 'script', 'empty'].map((dest) => ({ 'sec-fetch-dest': dest })),
        { 'sec-fetch-mode': 'no-cors' },
      ]) {
        const answer = await browser.request(LOGIN, { headers: { ...A_PERSON, ...headers } })
        await expectRefusal(answer, 403, 'request_not_navigation')
      }
      expect(browser.cookieNames()).toEqual([])
      await seen.NS()
    }),
    row(23, 'a callback that a page of another site embeds', async (rig) => {
      const { browser, callback, seen } = await pendingLogin(rig)
      for (const destination of ['iframe', 'image', 'empty']) {
        const answer = await browser.request(callback.href, { headers: { ...A_PERSON, 'sec-fetch-dest': destination } })
        await expectRefusal(answer, 403, 'request_not_navigation')
      }
      await seen.nothing()
      expect((await browser.navigate(callback.href)).status).toBe(303)
    }),
    row(25, 'a callback that is posted', async (rig) => {
      const { browser, callback, seen } = await pendingLogin(rig)
      const headers = { ...A_PERSON, 'content-type': 'application/x-www-form-urlencoded' }
      const body = callback.searchParams.toString()
      // It comes from another site, without cookies: it decides nothing, and becomes the same navigation by GET.
      for (const url of [callback.pathname, callback.href]) {
        const answer = await browser.request(url, { method: 'POST', headers, body })
        expect([answer.status, answer.headers.get('location')]).toEqual([303, callback.href])
        expect(answer.headers.getSetCookie()).toEqual([])
      }
      for (const [type, text] of [
        ['application/json', JSON.stringify(Object.fromEntries(callback.searchParams))],
        ['multipart/form-data; boundary=x', body],
        ['application/x-www-form-urlencoded', `${body}&x=${'x'.repeat(13_000)}`],
      ] as const) {
        const posted = { method: 'POST', headers: { ...headers, 'content-type': type }, body: text }
        await expectRefusal(
          await browser.request(callback.pathname, posted),
          400,
          'authorization_response_invalid',
          type,
        )
      }
      for (const method of ['HEAD', 'PUT']) {
        const answer = await browser.request(callback.href, { method })
        expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, POST'])
      }
      await seen.nothing()
      expect((await browser.navigate(callback.href)).status).toBe(303)
    }),
    row(26, 'a browser that fetches ahead', async (rig) => {
      const { browser, callback, seen } = await pendingLogin(rig)
      for (const path of [LOGIN, callback.href, '/s/always/webflow', '/s/invitation']) {
        for (const purpose of ['prefetch', 'prefetch;prerender', 'prefetch;anonymous-client-ip']) {
          const answer = await browser.navigate(path, { 'sec-purpose': purpose })
          await expectRefusal(answer, 403, 'request_not_navigation')
          expect(answer.headers.getSetCookie()).toEqual([])
        }
      }
      await seen.nothing()
      expect((await browser.navigate(callback.href)).status).toBe(303)
    }),
  ],
}

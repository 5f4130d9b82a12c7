import { html } from 'hono/html'
import { utf8 } from '../crypto/encoding.ts'
import { NOT_HELD_BACK, respondWithPage } from './answers.ts'
import { type Outcome, sealOutcome } from './login-outcome.ts'
import { keepAlive, type Visit } from './runtime.ts'

/**
 * Answers a login that the provider keeps waiting: with a page at once, while the work goes on. The end of the page leads
 * back to the callback with the sealed outcome. There the hooks of the app run, because they may set cookies and answer
 * in their own way; the headers of this page are sent already.
 *
 * @param state - of the login
 * @param work - never fails
 */
export async function showWaiting(visit: Visit, state: string, work: Promise<Outcome>): Promise<Response> {
  const { c, runtime, name } = visit
  const sealing = keepAlive(
    c,
    work.then((outcome) => sealOutcome(visit, state, outcome)),
  )
  const page = await respondWithPage(c, {
    title: `Connecting ${name}`,
    paragraphs: [
      html`<span role="status">The provider takes its time. This page goes on by itself as soon as the answer is here.</span>`,
      // Safari shows nothing of a page that still loads before it has 200 characters without spaces.
      'Please keep this page open, and do not load it again: a sign-in can be finished only once. If the provider does not answer at all, this page will say so.',
    ],
    links: [],
    about: [runtime.config.appName],
  })
  page.headers.set('cache-control', NOT_HELD_BACK)
  // `wrangler dev` compresses all the same, unless there is an encoding.
  page.headers.set('content-encoding', 'identity')
  const body = new ReadableStream<Uint8Array>({
    async start(controller) {
      const write = (text: unknown) => controller.enqueue(utf8(`${text}`))
      write(await page.text())
      const url = await sealing
      write(await html`<meta http-equiv="refresh" content="0;url=${url}"><p><a href="${url}">Go on</a></p>`)
      controller.close()
    },
  })
  return new Response(body, page)
}

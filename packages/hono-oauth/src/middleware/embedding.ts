import type { Context } from 'hono'

// Up to the comma that joins a second policy.
const FRAME_ANCESTORS = /\s*frame-ancestors[^;,]*;?/gi
const CONTENT_POLICIES = ['content-security-policy', 'content-security-policy-report-only']

/**
 * Lets the provider's own pages hold the answer to this request: in a frame, and in a window that they
 * close.
 *
 * @see {@link https://dev.wix.com/docs/build-apps/develop-your-app/access/authentication/use-custom-authentication-legacy | Wix - Custom authentication}
 */
export function allowEmbedding(c: Context): void {
  onEveryRead(c, ({ headers }) => {
    headers.delete('x-frame-options')
    headers.set('cross-origin-opener-policy', 'unsafe-none')
    for (const name of CONTENT_POLICIES) {
      const policy = headers.get(name)?.replace(FRAME_ANCESTORS, '')
      if (policy?.trim()) headers.set(name, policy)
      else headers.delete(name)
    }
  })
}

/** Lets the answer of the app be shown in a frame; who may frame it is for the app's own policy. */
export function allowFraming(c: Context): void {
  onEveryRead(c, ({ headers }) => headers.delete('x-frame-options'))
}

/**
 * Has the last word on the headers of one answer: the host app's `secureHeaders()` runs after us, and
 * what Hono sends in the end it reads from `c.res`.
 */
function onEveryRead(c: Context, adjust: (response: Response) => void): void {
  const res = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(c), 'res')
  Object.defineProperty(c, 'res', {
    configurable: true,
    get() {
      const response = res?.get?.call(c) as Response
      adjust(response)
      return response
    },
    set(response: Response | undefined) {
      // A copy: the headers of what `fetch` gave cannot be changed.
      res?.set?.call(c, response && new Response(response.body, response))
    },
  })
}

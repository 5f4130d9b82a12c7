import type { Context } from 'hono'

// Up to the comma that joins a second policy.
const FRAME_ANCESTORS = /\s*frame-ancestors[^;,]*;?/gi
const CONTENT_POLICIES = ['content-security-policy', 'content-security-policy-report-only']

/**
 * Lets pages of the provider show the answer to this request in a frame, and in a window that they close.
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

/** Lets other sites show the answer in a frame; the policy of the app says which sites. */
export function allowFraming(c: Context): void {
  onEveryRead(c, ({ headers }) => headers.delete('x-frame-options'))
}

/**
 * Adjusts the headers of one answer after every middleware of the host app, such as `secureHeaders()`, has set them:
 * Hono reads the final answer from `c.res`.
 */
function onEveryRead(c: Context, adjust: (response: Response) => void): void {
  intercept(c, adjust, () => undefined)
}

/** Adjusts the headers of every answer that a handler or a middleware gives to Hono. */
export function onEveryAnswer(c: Context, adjust: (response: Response) => void): void {
  intercept(c, () => undefined, adjust)
}

function intercept(c: Context, onRead: (response: Response) => void, onWrite: (response: Response) => void): void {
  // There may be an interception already.
  const res =
    Object.getOwnPropertyDescriptor(c, 'res') ?? Object.getOwnPropertyDescriptor(Object.getPrototypeOf(c), 'res')
  Object.defineProperty(c, 'res', {
    configurable: true,
    get() {
      const response = res?.get?.call(c) as Response
      onRead(response)
      return response
    },
    set(response: Response | undefined) {
      // A copy, because the headers of a fetched response cannot be changed.
      const copy = response && new Response(response.body, response)
      if (copy) onWrite(copy)
      res?.set?.call(c, copy)
    },
  })
}

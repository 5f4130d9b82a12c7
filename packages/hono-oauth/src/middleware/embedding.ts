import type { Context } from 'hono'
import { onEveryRead } from './adjust-answer.ts'

// Up to the comma that joins a second policy.
const FRAME_ANCESTORS = /\s*frame-ancestors[^;,]*;?/gi
const NO_FRAME = "frame-ancestors 'none'"
const POLICY = 'content-security-policy'
const CONTENT_POLICIES = [POLICY, `${POLICY}-report-only`]

/** The requests whose answer no frame may show. */
const unframed = /* @__PURE__ */ new WeakSet<Context>()

/**
 * Lets pages of the provider show the answer to this request in a frame, and in a window that they close.
 *
 * @see {@link https://dev.wix.com/docs/build-apps/develop-your-app/access/authentication/use-custom-authentication-legacy | Wix - Custom authentication}
 */
export function allowEmbedding(c: Context): void {
  onEveryRead(c, ({ headers }) => {
    headers.set('cross-origin-opener-policy', 'unsafe-none')
    if (unframed.has(c)) return
    headers.delete('x-frame-options')
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
 * Lets no site show the answer in a frame, whatever the provider or the policy of the app allows: a page with a question
 * could get its click in a hidden frame.
 */
export function forbidFraming(c: Context): void {
  unframed.add(c)
  onEveryRead(c, ({ headers }) => {
    headers.set('x-frame-options', 'DENY')
    // All policies of an answer hold, so one more is enough.
    if (!headers.get(POLICY)?.includes(NO_FRAME)) headers.append(POLICY, NO_FRAME)
  })
}

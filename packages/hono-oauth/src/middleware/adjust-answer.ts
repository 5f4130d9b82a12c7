import type { Context } from 'hono'

/**
 * Adjusts the headers of one answer after every middleware of the host app, such as `secureHeaders()`, has set them:
 * Hono reads the final answer from `c.res`.
 */
export function onEveryRead(c: Context, adjust: (response: Response) => void): void {
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

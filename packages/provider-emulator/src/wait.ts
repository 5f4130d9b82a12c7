/** Waits real time; resolves early when the client goes away. */
export type Wait = (milliseconds: number, signal: AbortSignal) => Promise<void>

export const waitRealTime: Wait = (milliseconds, signal) =>
  new Promise((resolve) => {
    if (signal.aborted) {
      resolve()
      return
    }
    const done = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, milliseconds)
    signal.addEventListener('abort', done)
    // Where timers are objects (Node), an answer nobody waits for any more does not keep the process
    // alive: Miniflare passes on no signal.
    if (typeof timer === 'object') timer.unref()
  })

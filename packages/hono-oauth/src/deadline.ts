/** The result of {@link untilDeadline} for work that takes too long. */
export const LATE = Symbol('late')

/**
 * Waits for work until a deadline. The work itself goes on after the deadline.
 *
 * Code that waits for a promise of another request needs this: in workerd such a promise never settles after
 * that request was cancelled.
 *
 * @param deadline - in milliseconds since the epoch
 * @returns the result of the work, or `LATE`
 * @throws what the work throws before the deadline
 */
export async function untilDeadline<T>(work: Promise<T>, deadline: number): Promise<T | typeof LATE> {
  let stopTimer = () => {}
  const late = new Promise<typeof LATE>((resolve) => {
    const timer = setTimeout(() => resolve(LATE), deadline - Date.now())
    stopTimer = () => clearTimeout(timer)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    stopTimer()
  }
}

/** What {@link untilDeadline} returns for work that is not done in time. */
export const LATE = Symbol('late')

/**
 * Waits for work until a deadline; the work itself goes on.
 *
 * In workerd a promise of another request never settles when that request was cancelled: code that waits
 * for such a promise waits through this function.
 *
 * @param deadline - in milliseconds since the epoch
 * @returns the result of the work, or `LATE`
 * @throws what the work throws before the deadline
 */
export async function untilDeadline<T>(
  work: Promise<T>,
  deadline: number,
): Promise<T | typeof LATE> {
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

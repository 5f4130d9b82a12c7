/** What {@link untilDeadline} gives for work that is not done in time. */
export const LATE = Symbol('late')

/**
 * Waits for work, but not beyond a moment; the work itself goes on.
 *
 * In workerd a promise of another request never settles when that request was cancelled: whoever waits
 * for one waits through here.
 *
 * @param deadline - in milliseconds since the epoch
 * @returns what the work gives, or `LATE`
 * @throws what the work throws in time
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

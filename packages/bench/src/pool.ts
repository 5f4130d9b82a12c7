/** Does the same to all items, so many at once. */
export async function pool<T, R>(items: readonly T[], atOnce: number, work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  const entries = items.entries()
  const workers = Array.from({ length: atOnce }, async () => {
    for (const [index, item] of entries) results[index] = await work(item)
  })
  await Promise.all(workers)
  return results
}

const { subtle } = crypto

/** Counts the calls of this runtime's cipher from here on, by name. */
export function countCipher(...names: (keyof typeof subtle)[]) {
  const originals = Object.fromEntries(names.map((name) => [name, subtle[name]]))
  const counts: Record<string, number> = {}
  for (const name of names) {
    const original = subtle[name] as (...args: unknown[]) => unknown
    const counting = (...args: unknown[]) => {
      counts[name] = (counts[name] ?? 0) + 1
      return original.apply(subtle, args)
    }
    Object.assign(subtle, { [name]: counting })
  }
  return { counts, restore: () => void Object.assign(subtle, originals) }
}

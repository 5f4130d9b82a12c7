/** An error in every form that may end in a log: its own words, JSON, all its members, its causes. */
export function describeError(error: unknown, depth = 0): string {
  if (depth > 5) return ''
  if (typeof error !== 'object' || error === null) return String(error)
  const members = Object.getOwnPropertyNames(error).map((name) => {
    const value = (error as Record<string, unknown>)[name]
    return `${name}: ${typeof value === 'object' ? describeError(value, depth + 1) : String(value)}`
  })
  return [String(error), jsonOf(error), ...members].join('\n')
}

function jsonOf(value: unknown): string {
  try {
    return JSON.stringify(value) ?? ''
  } catch (error) {
    return String(error)
  }
}

const METHODS = ['debug', 'error', 'info', 'log', 'trace', 'warn'] as const

/**
 * Takes what is logged from here on; returns the lines, and what gives the console back.
 *
 * @param isHeard - whether the runtime's own log is read as well: it gets the lines too
 */
export function captureConsole(isHeard = false) {
  const lines: string[] = []
  const original = METHODS.map((method) => [method, console[method]] as const)
  for (const [method, write] of original) {
    console[method] = (...args: unknown[]) => {
      lines.push(args.map((each) => describeError(each)).join(' '))
      if (isHeard) write.apply(console, args)
    }
  }
  return {
    lines,
    restore() {
      for (const [method, log] of original) console[method] = log
    },
  }
}

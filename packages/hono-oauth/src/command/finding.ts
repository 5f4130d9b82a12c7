/** What `doctor` has found: a fault will fail in production, and a warning may. */
export interface Finding {
  readonly level: 'fault' | 'warning'
  /** What is wrong. */
  readonly problem: string
  /** What to do, in one line or more. */
  readonly advice?: string
  /** Lines to copy. */
  readonly lines?: readonly string[]
}

const MARKS = { fault: '✗', warning: '!' } as const

/** The text of a finding for a terminal. */
export function textOf({ level, problem, advice, lines = [] }: Finding): string {
  const said = (advice?.split('\n') ?? []).map((line) => `  ${line}`)
  return [`${MARKS[level]} ${problem}`, ...said, ...lines.map((line) => `    ${line}`)].join('\n')
}

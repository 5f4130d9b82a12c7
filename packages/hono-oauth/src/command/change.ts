import { relative } from 'node:path'
import { diff } from 'node:util'

/** A file that becomes another text. */
export interface Change {
  readonly path: string
  /** `undefined` for a file that is new. */
  readonly before: string | undefined
  readonly after: string
  /** A new secret in it, which no output shows. */
  readonly secret?: string | undefined
}

const CONTEXT_LINES = 2
// `util.diff` counts from the second text to the first.
const SIGNS = { [-1]: '+', 0: ' ', 1: '-' } as const

/** The lines that a change adds and removes. Those around them stand there too, but in a file with secrets. */
export function diffOf(folder: string, { path, before, after, secret }: Change): string {
  const lines = diff(linesOf(before ?? ''), linesOf(after)).map(([sign, line]) => ({ sign, line }))
  const around = secret === undefined ? CONTEXT_LINES : 0
  const isNear = (index: number) =>
    lines.slice(Math.max(0, index - around), index + around + 1).some(({ sign }) => sign !== 0)
  const shown = lines.flatMap(({ sign, line }, index) => (isNear(index) ? [`${SIGNS[sign]} ${line}`] : []))
  const title = `${relative(folder, path)}${before === undefined ? ' (new)' : ''}`
  const text = shown.join('\n')
  return `${title}\n${secret === undefined ? text : text.replaceAll(secret, '<a new key>')}`
}

const linesOf = (text: string) => (text === '' ? [] : text.replace(/\n$/, '').split('\n'))

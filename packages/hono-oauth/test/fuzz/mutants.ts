import fc from 'fast-check'

const KINDS = [
  ...['replace', 'insert', 'delete', 'truncate', 'cut off', 'twice'],
  ...['swap parts', 'repeat a part', 'drop a part', 'empty a part', 'add a part'],
  ...['other case', 'padding', 'other alphabet', 'hex', 'percent', 'slack', 'space'],
] as const

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** One change to a text; what it does to a text may be nothing. */
export interface Mutation {
  readonly kind: (typeof KINDS)[number]
  /** Where, as a share of the text. */
  readonly at: number
  readonly character: string
}

/** Characters that a part of a sealed or signed text may hold, and some that none does. */
const character = fc.oneof(
  fc.constantFrom(...ALPHABET),
  fc.constantFrom('.', '=', '+', '/', ' ', '\t', '\n', '%', '"', ';', ',', '\u00e9', '\u0000'),
)

export const mutation: fc.Arbitrary<Mutation> = fc.record({
  kind: fc.constantFrom(...KINDS),
  at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  character,
})

/** The same text with one change; its parts are separated by dots. */
export function mutate(text: string, { kind, at, character }: Mutation): string {
  const index = Math.floor(at * text.length)
  const [before, after] = [text.slice(0, index), text.slice(index)]
  const parts = text.split('.')
  const chosen = Math.floor(at * parts.length)
  const part = parts[chosen] ?? ''
  const withPart = (...replacement: string[]) =>
    parts.toSpliced(chosen, 1, ...replacement).join('.')
  switch (kind) {
    case 'replace':
      return before + character + after.slice(1)
    case 'insert':
      return before + character + after
    case 'delete':
      return before + after.slice(1)
    case 'truncate':
      return before
    case 'cut off':
      return after
    case 'twice':
      return text + text
    case 'swap parts':
      return withPart(parts.at(-1) ?? '', part)
        .split('.')
        .slice(0, parts.length)
        .join('.')
    case 'repeat a part':
      return withPart(part, part)
    case 'drop a part':
      return withPart()
    case 'empty a part':
      return withPart('')
    case 'add a part':
      return withPart(part, character)
    case 'other case':
      return (
        before +
        (after.charAt(0) === after.charAt(0).toLowerCase()
          ? after.charAt(0).toUpperCase()
          : after.charAt(0).toLowerCase()) +
        after.slice(1)
      )
    case 'padding':
      return withPart(`${part}${'='.repeat(1 + (index % 3))}`)
    case 'other alphabet':
      return text.replaceAll('-', '+').replaceAll('_', '/')
    case 'hex':
      return withPart(Buffer.from(part, 'base64url').toString('hex'))
    case 'percent':
      return (
        before +
        [...Buffer.from(after.charAt(0))].map((byte) => `%${byte.toString(16)}`).join('') +
        after.slice(1)
      )
    case 'slack':
      return withPart(part.slice(0, -1) + neighbour(part.slice(-1)))
    case 'space':
      return ` ${before}\n${after}\t`
  }
}

/** The character whose bits differ in the last one: the last of a part may have bits that mean nothing. */
const neighbour = (last: string) => ALPHABET.charAt(ALPHABET.indexOf(last) ^ 1)

/** Texts that are no text of anybody: any characters, and shreds of what such texts are made of. */
export const garbage = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc
    .array(
      fc.constantFrom(
        '.',
        '..',
        'e30',
        'eyJhbGciOiJub25lIn0',
        'AAAA',
        'v1',
        '=',
        '%',
        '{}',
        '[]',
        'null',
        '\u0000',
      ),
    )
    .map((parts) => parts.join('')),
  fc.array(fc.base64String(), { maxLength: 6 }).map((parts) => parts.join('.')),
  fc.json(),
)

/** JSON as it is after it was written down once. */
export const json = fc.json().map((text): unknown => JSON.parse(text))

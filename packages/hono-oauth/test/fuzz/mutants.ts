import fc from 'fast-check'

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** A text, the two halves of it around a place, and the part between dots that is there. */
interface Place {
  readonly text: string
  readonly index: number
  readonly before: string
  readonly after: string
  readonly part: string
  /** The text with other parts in place of this one. */
  readonly withPart: (...replacement: string[]) => string
}

const swapCase = (text: string) => (text === text.toLowerCase() ? text.toUpperCase() : text.toLowerCase())
const percent = (text: string) => [...Buffer.from(text)].map((byte) => `%${byte.toString(16)}`).join('')

// The order is part of what a seed stands for.
const CHANGES = {
  replace: ({ before, after }, character) => before + character + after.slice(1),
  insert: ({ before, after }, character) => before + character + after,
  delete: ({ before, after }) => before + after.slice(1),
  truncate: ({ before }) => before,
  'cut off': ({ after }) => after,
  twice: ({ text }) => text + text,
  'swap parts': ({ text, part, withPart }) => {
    const parts = text.split('.')
    return withPart(parts.at(-1) ?? '', part)
      .split('.')
      .slice(0, parts.length)
      .join('.')
  },
  'repeat a part': ({ part, withPart }) => withPart(part, part),
  'drop a part': ({ withPart }) => withPart(),
  'empty a part': ({ withPart }) => withPart(''),
  'add a part': ({ part, withPart }, character) => withPart(part, character),
  'other case': ({ before, after }) => before + swapCase(after.charAt(0)) + after.slice(1),
  padding: ({ part, index, withPart }) => withPart(`${part}${'='.repeat(1 + (index % 3))}`),
  'other alphabet': ({ text }) => text.replaceAll('-', '+').replaceAll('_', '/'),
  hex: ({ part, withPart }) => withPart(Buffer.from(part, 'base64url').toString('hex')),
  percent: ({ before, after }) => before + percent(after.charAt(0)) + after.slice(1),
  slack: ({ part, withPart }) => withPart(part.slice(0, -1) + neighbour(part.slice(-1))),
  space: ({ before, after }) => ` ${before}\n${after}\t`,
} satisfies Record<string, (place: Place, character: string) => string>
type Change = (place: Place, character: string) => string

/** Characters that a part of a sealed or signed text may hold, and some that none does. */
const character = fc.oneof(
  fc.constantFrom(...ALPHABET),
  fc.constantFrom('.', '=', '+', '/', ' ', '\t', '\n', '%', '"', ';', ',', '\u00e9', '\u0000'),
)

/** One change to a text; what it does to a text may be nothing. */
export const mutation = fc.record({
  kind: fc.constantFrom(...(Object.keys(CHANGES) as (keyof typeof CHANGES)[])),
  /** Where, as a share of the text. */
  at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  character,
})

type Mutation = typeof mutation extends fc.Arbitrary<infer T> ? T : never
export const mutations = fc.array(mutation, { minLength: 1, maxLength: 3 })

/** The same text with one change; its parts are separated by dots. */
export function mutate(text: string, { kind, at, character }: Mutation): string {
  const index = Math.floor(at * text.length)
  const parts = text.split('.')
  const chosen = Math.floor(at * parts.length)
  const withPart = (...replacement: string[]) => parts.toSpliced(chosen, 1, ...replacement).join('.')
  const [before, after, part] = [text.slice(0, index), text.slice(index), parts[chosen] ?? '']
  const change: Change = CHANGES[kind]
  return change({ text, index, before, after, part, withPart }, character)
}

/** The character whose bits differ in the last one: the last of a part may have bits that mean nothing. */
const neighbour = (last: string) => ALPHABET.charAt(ALPHABET.indexOf(last) ^ 1)

export const join = (parts: readonly string[]) => parts.join('')

/** Texts that the package never made: any characters, and pieces of sealed and signed texts. */
export const garbage = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.array(fc.constantFrom(...'. .. e30 eyJhbGciOiJub25lIn0 AAAA v1 = % {} [] null \u0000'.split(' '))).map(join),
  fc.array(fc.base64String(), { maxLength: 6 }).map((parts) => parts.join('.')),
  fc.json(),
)

/** JSON as it is after it was written down once. */
export const json = fc.json().map((text): unknown => JSON.parse(text))

/** Objects with some of the members. */
export const partial = <T>(members: { [Name in keyof T]: fc.Arbitrary<T[Name]> }) =>
  fc.record<T, never>(members, { requiredKeys: [] })

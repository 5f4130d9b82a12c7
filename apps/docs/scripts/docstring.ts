// Reads docstrings, as the reference shows them.

/** A docstring in its parts, as Markdown. */
export interface Docstring {
  readonly text: string
  readonly params: readonly { readonly name: string; readonly text: string }[]
  readonly returns: string | undefined
  readonly throws: readonly string[]
  readonly see: readonly string[]
  readonly examples: readonly string[]
}

const EMPTY: Docstring = { text: '', params: [], returns: undefined, throws: [], see: [], examples: [] }

/** A docstring from its comment; empty without one. */
export function parseDocstring(comment: string | undefined): Docstring {
  if (!comment?.startsWith('/**')) return EMPTY
  const body = comment
    .slice(3, -2)
    .split('\n')
    .map((line) => line.replace(/^\s*\* ?/, ''))
    .join('\n')
    .trim()
  const [text = '', ...tags] = body.split(/^@(?=[a-z]+\b)/m)
  const all = (name: string) =>
    tags.flatMap((tag) => (new RegExp(`^${name}\\b`).test(tag) ? [tag.slice(name.length).trim()] : []))
  return {
    text: markdown(text),
    params: all('param').map((param) => {
      const [, name = '', about = ''] = /^([\w.[\]=]+)\s*(?:- )?([\s\S]*)$/.exec(param) ?? []
      return { name, text: oneLine(markdown(about)) }
    }),
    returns: all('returns').map((each) => oneLine(markdown(each)))[0],
    throws: all('throws').map((each) => oneLine(markdown(each))),
    see: all('see').map((each) => oneLine(markdown(each))),
    examples: all('example'),
  }
}

/** A text on one line, for a cell or an item of a list. */
export const oneLine = (text: string) => text.replace(/\s+/g, ' ').trim()

/** The first sentence of a docstring. */
export const sentenceOf = ({ text }: Docstring) => oneLine(text).replace(/(\.)\s.*$/, '$1')

/** Links of a docstring as links of Markdown, or as code where they name a symbol. */
function markdown(text: string): string {
  return text
    .replace(/\{@link (https?:\S+?)\s*\|\s*([^}]*)\}/g, '[$2]($1)')
    .replace(/\{@link (https?:\S+?)\}/g, '<$1>')
    .replace(/\{@link ([^}|\s]+)(?:\s*\|[^}]*)?\}/g, '`$1`')
    .trim()
}

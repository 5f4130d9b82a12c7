import { posix } from 'node:path'

const CODE = /^(```|~~~)[\s\S]*?^\1|`[^`\n]*`/gm
const HEADING = /^#{1,6} +(.+?) *#*$/gm
const LINK = /\]\(\s*<?([^)\s>]+)|^\[[^\]]+\]:\s*(\S+)|\b(?:href|src)="([^"]+)"/gm
const ABSOLUTE = /^(\w+:|\/\/)/

/**
 * Finds the relative links in Markdown that lead nowhere.
 *
 * @param files - the text of each Markdown file, and any text for other files, by path
 * @returns the file and the target of each such link
 */
export function deadLinks(files: ReadonlyMap<string, string>): readonly string[] {
  const documents = [...files].filter(([path]) => path.endsWith('.md'))
  return documents.flatMap(([path, text]) =>
    linksOf(text)
      .filter((link) => !ABSOLUTE.test(link) && !leadsSomewhere(link, path, files))
      .map((link) => `${path}: ${link}`),
  )
}

function leadsSomewhere(link: string, from: string, files: ReadonlyMap<string, string>): boolean {
  const [target = '', anchor] = link.split('#')
  const path = target === '' ? from : posix.join(posix.dirname(from), target)
  const text = files.get(path)
  return text !== undefined && (anchor === undefined || anchorsOf(text).has(anchor))
}

const linksOf = (text: string) =>
  [...text.replaceAll(CODE, '').matchAll(LINK)].map(([, inline, reference, html]) => inline ?? reference ?? html ?? '')

/** The anchors of the headings, as GitHub and npm make them. */
function anchorsOf(text: string): ReadonlySet<string> {
  const anchors = new Set<string>()
  for (const [, heading = ''] of text.replaceAll(/^```[\s\S]*?^```/gm, '').matchAll(HEADING)) {
    const words = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase()
    const anchor = words.replaceAll(/[^\p{L}\p{N}\p{M}_ -]/gu, '').replaceAll(' ', '-')
    let count = 0
    while (anchors.has(count === 0 ? anchor : `${anchor}-${count}`)) count++
    anchors.add(count === 0 ? anchor : `${anchor}-${count}`)
  }
  return anchors
}

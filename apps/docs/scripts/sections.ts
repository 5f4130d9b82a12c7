// Takes sections of the repository's documents for the pages of the site, with links that lead to pages of the site.
import { existsSync, readFileSync } from 'node:fs'
import { posix } from 'node:path'
import { NEAR, PLACES, type Place } from './places.ts'

export const ROOT = new URL('../../../', import.meta.url)

/** The URL of the repository, where its packages name it. */
export const REPOSITORY: string | undefined = (() => {
  const manifest = JSON.parse(readFileSync(new URL('packages/hono-oauth/package.json', ROOT), 'utf8')) as {
    repository?: string | { url: string }
  }
  const url = typeof manifest.repository === 'object' ? manifest.repository.url : manifest.repository
  return url?.replace(/^git\+/, '').replace(/\.git$/, '')
})()

/** A link to a file of the repository, or the bare text where no package names the repository. */
export function fileLink(label: string, path: string): string {
  return REPOSITORY ? `[${label}](${REPOSITORY}/blob/main/${path})` : label
}

/** The anchor of a heading in a document of the repository, as GitHub makes it. */
export const slugOf = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replace(/ /g, '-')

/** The anchor of a heading on the site, as VitePress makes it. */
export const siteSlugOf = (heading: string) =>
  heading
    .replaceAll('`', '')
    .replace(/[\s~!@#$%^&*()\-_+=[\]{}|\\;:"'“”‘’<>,.?/]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .replace(/^(?=\d)/, '_')
    .toLowerCase()

/** The headings of a text, outside of its code. */
function headingsOf(text: string): { level: number; heading: string; line: number }[] {
  let isCode = false
  return text.split('\n').flatMap((content, line) => {
    if (content.startsWith('```')) isCode = !isCode
    const [, marks = '', heading = ''] = /^(#+) (.*)$/.exec(content) ?? []
    return marks && !isCode ? [{ level: marks.length, heading, line }] : []
  })
}

/** The lines from a heading to the next one of its level. */
function rangeOf(text: string, heading: string, where: string): { start: number; end: number; level: number } {
  const headings = headingsOf(text)
  const index = headings.findIndex((each) => each.heading === heading)
  const found = headings[index]
  if (!found) {
    throw new Error(
      `${where} has no section "${heading}": take it out of scripts/places.ts, and write its page by hand`,
    )
  }
  const next = headings.slice(index + 1).find(({ level }) => level <= found.level)
  return { start: found.line, end: next?.line ?? text.split('\n').length, level: found.level }
}

/** The text of a place, without its own heading; its other headings begin at the second level. */
export function textOf(place: Place): string {
  const source = readFileSync(new URL(place.source, ROOT), 'utf8').replace(
    /<!-- presets:start -->[\s\S]*presets:end -->/,
    '',
  )
  const heading = place.heading ?? headingsOf(source)[0]?.heading ?? ''
  const { start, end, level } = rangeOf(source, heading, place.source)
  let text = source
    .split('\n')
    .slice(start + 1, end)
    .join('\n')
  for (const other of place.without ?? []) {
    const range = rangeOf(text, other, place.source)
    text = text
      .split('\n')
      .toSpliced(range.start, range.end - range.start)
      .join('\n')
  }
  return `${withLinks(raised(text, level - 1), place).trim()}\n`
}

function raised(text: string, by: number): string {
  const lines = text.split('\n')
  for (const { line } of headingsOf(text)) lines[line] = lines[line]?.slice(by) ?? ''
  return lines.join('\n')
}

/** The heading with an anchor, where a place has it. */
function headingAt(place: Place, slug: string): string | undefined {
  const source = readFileSync(new URL(place.source, ROOT), 'utf8')
  const { start, end } = place.heading ? rangeOf(source, place.heading, place.source) : { start: 0, end: Infinity }
  const found = headingsOf(source).find(({ heading, line }) => line >= start && line < end && slugOf(heading) === slug)
  return found && !place.without?.includes(found.heading) ? found.heading : undefined
}

/** The page of the site that shows a section of a document. */
function pageFor(source: string, slug: string): string | undefined {
  const near = NEAR[slug ? `${source}#${slug}` : source]
  if (near !== undefined) return near
  const parts = PLACES.filter((place) => place.source === source)
  if (!slug) return parts.find((place) => !place.heading)?.page
  for (const place of parts) {
    const heading = headingAt(place, slug)
    if (heading !== undefined) return heading === place.heading ? place.page : `${place.page}#${siteSlugOf(heading)}`
  }
  return undefined
}

function withLinks(text: string, place: Place): string {
  const pieces = text.split(/(^```[\s\S]*?^```$)/m)
  return pieces.map((piece) => (piece.startsWith('```') ? piece : linksIn(piece, place))).join('')
}

function linksIn(text: string, { source, page: here }: Place): string {
  return text.replace(
    /(!?)\[((?:[^\]`]|`[^`]*`)*)\]\(([^)\s]+)\)/g,
    (whole, image: string, label: string, target: string) => {
      if (/^[a-z]+:/.test(target)) return whole
      const [path = '', slug = ''] = target.split('#')
      const file = path ? posix.normalize(posix.join(posix.dirname(source), path)) : source
      if (!existsSync(new URL(file, ROOT))) throw new Error(`${source} links to ${target}, which does not exist`)
      if (image) return `![${label}](${posix.relative(`apps/docs/pages${here.replace(/[^/]*$/, '')}`, file)})`
      const page = pageFor(file, slug)
      return page ? `[${label}](${page})` : fileLink(label, file)
    },
  )
}

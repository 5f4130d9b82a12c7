// Looks at the built site: each link leads to a page and a heading that exist, no page needs another host, and the
// search knows each page.
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const DIST = fileURLToPath(new URL('../.vitepress/dist/', import.meta.url))
const files = readdirSync(DIST, { recursive: true, encoding: 'utf8' })
const pages = new Map<string, { html: string; ids: Set<string> }>()
for (const file of files) {
  if (!file.endsWith('.html') || file === '404.html') continue
  const html = readFileSync(`${DIST}${file}`, 'utf8')
  const path = `/${file
    .replaceAll('\\', '/')
    .replace(/\.html$/, '')
    .replace(/(^|\/)index$/, '$1')}`
  pages.set(path, { html, ids: new Set([...html.matchAll(/\sid="([^"]+)"/g)].map(([, id = '']) => id)) })
}

const problems: string[] = []
for (const [path, { html }] of pages) {
  for (const [, target = ''] of html.matchAll(/<a\b[^>]*?\shref="([^"]*)"/g)) {
    if (/^[a-z]+:/.test(target)) continue
    const url = new URL(target.replaceAll('&amp;', '&'), `http://site${path}`)
    const page = pages.get(url.pathname)
    if (!page) problems.push(`${path} links to ${target}, and there is no such page`)
    else if (url.hash && !page.ids.has(decodeURIComponent(url.hash.slice(1)))) {
      problems.push(`${path} links to ${target}, and that page has no such heading`)
    }
  }
  for (const [, source = ''] of html.matchAll(/<(?:script|link|img)\b[^>]*?\s(?:src|href)="(https?:[^"]*)"/g)) {
    problems.push(`${path} loads ${source} from another host`)
  }
}

// The index of the search is a chunk of its own, which names each heading by its page and anchor.
const index = files.find((file) => file.includes('@localSearchIndex'))
const indexed = index ? readFileSync(`${DIST}${index}`, 'utf8') : ''
for (const path of pages.keys()) {
  if (path !== '/' && !indexed.includes(`${path}#`)) problems.push(`the search does not know ${path}`)
}

for (const problem of new Set(problems)) console.error(problem)
console.log(`${pages.size} pages, ${new Set(problems).size} problems`)
if (problems.length > 0) process.exitCode = 1

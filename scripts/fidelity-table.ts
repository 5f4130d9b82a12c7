// Writes the table of docs/fidelity.md of provider-emulator: `pnpm run fidelity`.
import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { OAUTH_EXAMPLE_SOURCES } from '../packages/provider-emulator/src/oauth-example/sources.ts'
import { PERSONALITIES } from '../packages/provider-emulator/src/personalities/data/index.ts'
import type { Personality } from '../packages/provider-emulator/src/personalities/personality.ts'
import type { Sources } from '../packages/provider-emulator/src/sources.ts'
import { WEBFLOW_SOURCES } from '../packages/provider-emulator/src/webflow/sources.ts'
import { WIX_SOURCES } from '../packages/provider-emulator/src/wix/sources.ts'

const PACKAGE = new URL('../packages/provider-emulator/', import.meta.url)
const PAGE = new URL('docs/fidelity.md', PACKAGE)
const PARTS = ['authorization', 'token', 'refresh', 'revocation', 'account', 'errors'] as const
const HEAD = ['Provider', 'Authorization', 'Token', 'Refresh', 'Revocation', 'Account', 'Errors', 'Client', 'Read']
const START = '<!-- fidelity:start -->'
const END = '<!-- fidelity:end -->'

/** A provider with its sources, and the parts that it does not have. */
export interface Described {
  readonly name: string
  readonly sources: Sources
  readonly absent: readonly string[]
}

function describe({ name, token, revocations, sources }: Personality): Described {
  if (sources === undefined) throw new Error(`${name} has no sources`)
  const absent = [token.refresh.kind === 'none' ? 'refresh' : '', revocations === undefined ? 'revocation' : '']
  return { name, sources, absent }
}

/** All providers, in the order of the documentation. */
export const DESCRIBED: readonly Described[] = [
  { name: 'webflow', sources: WEBFLOW_SOURCES, absent: ['refresh'] },
  { name: 'wix', sources: WIX_SOURCES, absent: ['revocation'] },
  { name: 'oauth.example', sources: OAUTH_EXAMPLE_SOURCES, absent: [] },
  ...Object.values<Personality>(PERSONALITIES).map(describe),
]

const linkTo = (page: string): string => {
  const { hostname, pathname } = new URL(page)
  const segments = pathname.split('/').filter((segment) => segment !== '')
  const name = hostname === 'github.com' ? segments.join('/') : `${hostname}/…/${segments.at(-1)}`
  return `[${name}](${page})`
}

/**
 * Makes the table of all providers.
 *
 * @param versions - the version of each client, by package
 * @returns Markdown
 */
export function fidelityTable(versions: Readonly<Record<string, string>>): string {
  const rows = DESCRIBED.map(({ name, sources: { marks, clients = [], pages }, absent }) => [
    `\`${name}\``,
    ...PARTS.map((part) => `${absent.includes(part) ? 'none, ' : ''}${[...marks[part]].join(' ')}`),
    clients.map((client) => `\`${client}\` ${versions[client]}`).join(', ') || '–',
    pages.map(linkTo).join(', ') || '–',
  ])
  return [HEAD, HEAD.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n')
}

/** The page with an up-to-date table between its markers. */
export async function fidelityPage(): Promise<string> {
  const { devDependencies } = JSON.parse(await readFile(new URL('package.json', PACKAGE), 'utf8'))
  const page = await readFile(PAGE, 'utf8')
  const [before = '', rest = ''] = page.split(START)
  const [, after = ''] = rest.split(END)
  return `${before}${START}\n\n${fidelityTable(devDependencies)}\n\n${END}${after}`
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await writeFile(PAGE, await fidelityPage())

import { readFile } from 'node:fs/promises'
import type { OAuthConfig } from 'hono-oauth'
import { describe, it } from 'vitest'
import { ERROR_KINDS } from '../../src/errors.ts'
import { membersOf } from './members.ts'

const SETTINGS = membersOf<OAuthConfig>()(
  'origin keys providers store appName stores basePath publicPath allowedOrigins defaultReturnTo owner onConnected onFailed onDisconnected onError webhooks onEvent logger telemetry timeoutMs emulator fetch now',
)

/** The cells of the first table of a document. */
async function tableOf(file: string): Promise<string[][]> {
  const document = await readFile(new URL(`../../docs/${file}`, import.meta.url), 'utf8')
  const [table = ''] = document.split('\n## ')
  const rows = table.match(/^\| .* \|$/gm) ?? []
  return rows.slice(2).map((row) => row.slice(2, -2).split(' | '))
}

const codesIn = (cell = '') => [...cell.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code)

describe('the tables of the documents', () => {
  it('name every setting', async ({ expect }) => {
    const rows = await tableOf('settings.md')
    expect(rows.flatMap(([name]) => codesIn(name))).toEqual(SETTINGS)
  })

  it('name every error code with its status', async ({ expect }) => {
    const rows = await tableOf('errors.md')
    const documented = rows.flatMap(([status, codes]) => codesIn(codes).map((code) => [code, Number(status)]))
    const kinds = Object.entries(ERROR_KINDS).map(([code, [status]]) => [code, status])
    expect(documented.toSorted()).toEqual(kinds.toSorted())
  })
})

import { readFile } from 'node:fs/promises'
import { Hono } from 'hono'
import type { OAuth2Description } from 'hono-oauth/provider-kit'
import { describe, expect, it } from 'vitest'
import type { AppSettings, OidcDescription } from '../../src/providers/described/options.ts'
import { addSettings, oauth } from './any-server.ts'
import { membersOf } from './members.ts'

const OAUTH2 = membersOf<AppSettings & OAuth2Description>()(
  'clientId clientSecret clientAuthentication dpop scopes redirectUri loginParams authorizationEndpoint pushedAuthorizationRequestEndpoint authorizationParams scopeSeparator scopeAliases pkce issuer issParameter restartsWithoutState authorizationResponse tokenEndpoint parameterNames tokenFormat tokenParams tokenResponse errors exchangeEndpoint userinfoEndpoint account details hosts refreshTokens refreshEndpoint apiOrigins apiHeaders apiErrors revocationEndpoint revokesWholeGrant',
)
const OIDC = membersOf<Omit<OidcDescription, keyof Omit<OAuth2Description, 'issuer'>>>()(
  'issuer metadataUrl idTokenAlg clockToleranceSeconds userinfo par',
)
const OAUTH2_ALONE = membersOf<Omit<OAuth2Description, keyof OidcDescription>>()(
  'authorizationEndpoint pushedAuthorizationRequestEndpoint issParameter tokenEndpoint exchangeEndpoint userinfoEndpoint refreshEndpoint',
)

const read = (file: string) => readFile(new URL(file, import.meta.url), 'utf8')
const document = await read('../../docs/any-server.md')
const partUnder = (heading: string) => document.split(`${heading}\n`)[1]?.split(/\n##+ /)[0] ?? ''
/** The rows of the tables under a heading, as cells. */
const rowsUnder = (heading: string) =>
  (partUnder(heading).match(/^\|.*\|$/gm) ?? []).map((row) =>
    row
      .slice(1, -1)
      .split(' | ')
      .map((cell) => cell.trim()),
  )
const namesIn = (cell = '') => [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name)
const withoutIndent = (code: string) => code.replace(/^ +/gm, '').replace(/,$/gm, '')

describe('the options of a server without a preset', () => {
  it('are all that oauth2 has, in the order of the legs', () => {
    const rows = rowsUnder('### The options').filter(([, name]) => name?.startsWith('`'))
    expect(rows.flatMap(([, name]) => namesIn(name))).toEqual(OAUTH2)
  })

  it('say which of them oidc does not have', () => {
    const rows = rowsUnder('### The options').filter((row) => row.at(-1)?.includes('`oauth2` alone'))
    const marked = rows.flatMap(([, name]) => namesIn(name))
    expect(marked.filter((name) => name !== 'issuer')).toEqual(OAUTH2_ALONE)
  })

  it('are all that oidc has beside them', () => {
    const rows = rowsUnder('## Any OpenID provider').slice(2)
    expect(rows.flatMap(([name]) => namesIn(name))).toEqual(OIDC)
  })
})

describe('the examples of servers without a preset', () => {
  it.each([
    ['## Any OAuth 2.0 server', 2],
    ['### From `account: { url }`', 1],
    ['## Any OpenID provider', 1],
    ['## Scopes', 1],
  ])('are code that is compiled and run: %s', async (heading, count) => {
    const code = withoutIndent(await read('./any-server.ts'))
    const blocks = [...partUnder(heading).matchAll(/^```ts\n([\s\S]*?)\n```$/gm)].map(([, block = '']) => block)
    expect(blocks).toHaveLength(count)
    for (const block of blocks) expect(code).toContain(withoutIndent(block))
  })

  it('make providers, and a link', async () => {
    const app = new Hono()
    app.route('/auth', oauth.routes)
    addSettings(app)
    const page = await (await app.request('/settings')).text()
    const [, href = ''] = /href="([^"]+)"/.exec(page) ?? []
    const started = await app.request(href)
    const to = new URL(started.headers.get('location') ?? '')
    expect([to.host, to.searchParams.get('scope')]).toEqual(['login.example.com', 'read:user repo'])
    expect((await app.request('/auth/tenants/login?tenant=acme')).headers.get('location')).toMatch(
      /^https:\/\/acme\.example\.com\/authorize\?/,
    )
    expect((await app.request('/auth/tenants/login')).status).toBe(400)
  })
})

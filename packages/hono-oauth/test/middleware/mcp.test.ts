import { Hono } from 'hono'
import { askForConsent, type McpClientDescription, toolFailure } from 'hono-oauth/mcp'
import { describe, expect, it } from 'vitest'
import { OAuthError } from '../../src/errors.ts'

const CLIENT = { clientName: 'Inspector', redirectHost: 'localhost', redirectIsLoopback: true }

async function ask(client: McpClientDescription): Promise<{ text: string; headers: Headers }> {
  const app = new Hono()
  app.get('/', (c) => {
    c.header('set-cookie', 'consent=1')
    const choices = { webflow: 'Allow, with Ada & Co at Webflow', deny: 'Do not allow' }
    return askForConsent(c, { client, choices, gives: ['see your <sites>'], handle: '"a"' })
  })
  const page = await app.request('/')
  return { text: await page.text(), headers: page.headers }
}

describe('askForConsent', () => {
  it('shows the client, what it gets and the choices, and escapes all of it', async () => {
    const { text } = await ask({ ...CLIENT, clientName: '<img src=x>' })
    expect(text).toContain('<h1>Let &lt;img src=x&gt; use your account?</h1>')
    expect(text).toContain('<li>see your &lt;sites&gt;</li>')
    expect(text).toContain('<button name="choice" value="webflow">Allow, with Ada &amp; Co at Webflow</button>')
    expect(text).toContain('<input type="hidden" name="handle" value="&quot;a&quot;">')
    expect(text).not.toContain('<img')
  })

  it.each([
    [CLIENT, ['It has chosen this name itself.', 'a program on this computer (<b>localhost</b>)']],
    [
      { ...CLIENT, clientDomain: 'client.example', redirectHost: 'app.client.example', redirectIsLoopback: false },
      ['published by <b>client.example</b>', 'It gets the answer at <b>app.client.example</b>'],
    ],
  ])('says where the answer goes: %o', async (client, texts) => {
    const { text } = await ask(client)
    for (const each of texts) expect(text).toContain(each)
  })

  it('keeps the cookies, and is in no frame; its form may lead to another host', async () => {
    const { headers } = await ask(CLIENT)
    expect(headers.get('set-cookie')).toBe('consent=1')
    expect(headers.get('cache-control')).toBe('no-store')
    const policy = headers.get('content-security-policy')
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).not.toContain('form-action')
  })
})

describe('toolFailure', () => {
  const loginUrl = 'https://app.example/auth/webflow/login'
  it.each([
    [
      new OAuthError('insufficient_scope', { missingScopes: ['cms:write'], loginUrl }),
      `The connection does not cover this. It needs: cms:write. Ask the person to open ${loginUrl} and then try again.`,
      loginUrl,
    ],
    [
      new OAuthError('needs_reauth', { loginUrl }),
      `The connection no longer works. Ask the person to open ${loginUrl} and then try again.`,
      loginUrl,
    ],
    [
      new OAuthError('temporarily_unavailable', { retryAfterSeconds: 7 }),
      'The provider is not available right now. Try again in 7 seconds.',
      undefined,
    ],
    [
      new OAuthError('access_forbidden'),
      'The connected account may not do this. Connecting again will not help: the account needs a different role at the provider.',
      undefined,
    ],
    [
      new Response(null, { status: 429, headers: { 'retry-after': '30' } }),
      'The provider limits requests. Try again in 30 seconds.',
      undefined,
    ],
    [
      new Response('secret text', { status: 429, headers: { 'retry-after': 'Fri, 27 Nov 2026 18:00:00 GMT' } }),
      'The provider limits requests. Try again in 60 seconds.',
      undefined,
    ],
    [new Response('secret text', { status: 500 }), 'The provider refused this with status 500.', undefined],
  ])('says what happened and what helps: %#', (error, text, url) => {
    expect(toolFailure(error)).toEqual({ text, ...(url && { loginUrl: url }) })
  })

  it('throws what is no failure of a connection', () => {
    const error = new TypeError('a mistake of the app')
    expect(() => toolFailure(error)).toThrow(error)
  })
})

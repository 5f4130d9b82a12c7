import type { OAuthError } from 'hono-oauth'
import { defineProvider } from 'hono-oauth/provider-kit'
import { oauth2 } from 'hono-oauth/providers/oauth2'
import { expect, vi } from 'vitest'
import { fieldCase as row } from './case.ts'
import { example, held, openField, outcome, SERVER, token } from './field.ts'

const LIFE = 3600
const REVOCATION = { revocationEndpoint: 'https://as.example/revoke' }
const refreshing = (answer: () => object | Response) => (request: { fields: Readonly<Record<string, string>> }) =>
  request.fields['grant_type'] === 'refresh_token' ? answer() : token({ refresh_token: 'rt-1', expires_in: LIFE })
const refused = (status: number, json: object) => () => Response.json(json, { status })
const causeOf = (error: unknown) => String((error as OAuthError).cause)

/** A connection whose access token is over, and whose refresh gets this answer. */
async function expired(description: object, answer: () => object | Response) {
  const field = openField(example(description), { '/token': refreshing(answer), '/me': () => ({}) })
  await field.login()
  field.pass(LIFE + 1)
  return field
}

/** What a token endpoint answers. */
export const TOKEN_ANSWERS = [
  row(
    'C1',
    'an answer without `token_type` is Bearer where the description says so, and refused otherwise',
    async () => {
      const answers = { '/token': () => ({ access_token: 'at-1' }), '/revoke': () => ({}) }
      const plain = openField(example(REVOCATION), answers)
      expect(await outcome(await plain.login())).toBe('provider_response_invalid')
      expect(await plain.connections()).toEqual([])
      expect(plain.to('/revoke').map(({ fields }) => fields['token'])).toEqual(['at-1'])
      const described = openField(example({ tokenResponse: { token_type: 'bearer' } }), answers)
      expect((await described.login()).status).toBe(303)
      expect(await described.connections()).toHaveLength(1)
    },
  ),
  row('C2', 'a list of scopes is a list', async () => {
    const field = openField(example(), { '/token': () => token({ scope: ['a', 'c'] }) })
    await field.login()
    expect((await field.connections())[0]?.scopes).toEqual(['a', 'c'])
  }),
  row('C3', '`null` is absent, at a login as at a refresh', async () => {
    const nulls = { scope: null, refresh_token: null, expires_in: null }
    const field = openField(example(), { '/token': () => token(nulls) })
    await field.login()
    expect(await field.connections()).toMatchObject([{ scopes: ['a', 'b'], health: 'active', expiresAt: null }])
    const renewed = await expired({}, () => ({ ...token(nulls), access_token: 'at-2' }))
    expect((await renewed.use()).status).toBe(200)
    expect(renewed.to('/me')[0]?.headers.get('authorization')).toBe('Bearer at-2')
    expect(await renewed.connections()).toMatchObject([{ scopes: ['a', 'b'], health: 'active' }])
  }),
  row('C4', '`expires_in: 0` means no end where the description says so', async () => {
    const tokenResponse = ({ expires_in, ...answer }: Record<string, unknown>) => answer
    const field = openField(example({ tokenResponse }), { '/token': () => token({ expires_in: 0 }) })
    await field.login()
    expect(await field.connections()).toMatchObject([{ health: 'active', expiresAt: null }])
  }),
  row('C5', 'Slack: a bot token, a user token inside, and a refusal with 200', async () => {
    const { slack, slackUser } = await import('hono-oauth/providers/slack')
    const answer = {
      ok: true,
      access_token: 'xoxb-1',
      token_type: 'bot',
      scope: 'chat:write',
      team: { id: 'T1', name: 'Team' },
      authed_user: { id: 'U1', access_token: 'xoxp-1', token_type: 'user', scope: 'users:read' },
    }
    for (const [provider, sent] of [
      [slack, 'xoxb-1'],
      [slackUser, 'xoxp-1'],
    ] as const) {
      const field = openField(provider({ clientId: 'id', clientSecret: 'secret' }) as never, {
        '/api/oauth.v2.access': () => answer,
        '/api/auth.test': () => ({ ok: true }),
      })
      await field.login()
      await field.use((connection) => connection.fetch('/api/auth.test'))
      expect(field.to('/api/auth.test')[0]?.headers.get('authorization')).toBe(`Bearer ${sent}`)
      field.answer({ '/api/oauth.v2.access': () => ({ ok: false, error: 'invalid_code' }) })
      expect(await outcome(await field.login())).toBe('code_rejected')
    }
  }),
  row('C6', 'any 2xx with a token is a success', async () => {
    const field = openField(example(), { '/token': () => Response.json(token(), { status: 201 }) })
    expect((await field.login()).status).toBe(303)
    expect(await field.connections()).toHaveLength(1)
  }),
  row('C7', 'a success that cannot be used is given back', async () => {
    for (const answer of [
      { refresh_token: 'rt-1', token_type: 'Bearer' },
      token({ token_type: 'mac', refresh_token: 'rt-1' }),
    ]) {
      const field = openField(example(REVOCATION), { '/token': () => answer, '/revoke': () => ({}) })
      expect(await outcome(await field.login())).toBe('provider_response_invalid')
      expect(field.to('/revoke')[0]?.fields).toMatchObject({ token: 'rt-1', token_type_hint: 'refresh_token' })
      expect(await field.connections()).toEqual([])
    }
  }),
  row('C8', 'a refusal with 200 in the words of the description ends the connection, once', async () => {
    const dead = { error: 'bad_refresh_token' }
    const field = await expired({ errors: { bad_refresh_token: 'invalid_grant' } }, () => dead)
    for (let use = 0; use < 3; use++) expect(await outcome(await field.use())).toBe('needs_reauth')
    expect(field.to('/token').filter(({ fields }) => fields['refresh_token'])).toHaveLength(1)
    expect(await field.connections()).toMatchObject([
      { health: 'needs_reauth', reauthorizeUrl: 'https://app.example/auth/p/login' },
    ])
    expect(field.events.filter(({ type }) => type === 'needs_reauth')).toHaveLength(1)
  }),
  row(
    'C9',
    'a 403 whose text the description knows ends the connection; the same error without it does not',
    async () => {
      const json = { error: 'unauthorized_client', error_description: 'refresh_token is invalid' }
      const errors = { 'refresh_token is invalid': 'invalid_grant' }
      const described = await expired({ errors }, refused(403, json))
      expect(await outcome(await described.use())).toBe('needs_reauth')
      const true_ = await expired({ errors }, refused(403, { error: 'unauthorized_client' }))
      expect(await outcome(await true_.use())).toBe('client_rejected')
      expect((await true_.connections())[0]?.health).not.toBe('needs_reauth')
    },
  ),
  row('C10', 'after refusals in unknown words, the token over, the owner is offered a new login', async () => {
    // Without jitter the attempts of one renewal follow each other at once.
    vi.spyOn(Math, 'random').mockReturnValue(0)
    const field = await expired({}, refused(400, { error: 'computer_says_no' }))
    for (let times = 0; times < 5; times++) {
      expect((await field.connections())[0]).not.toHaveProperty('reauthorizeUrl')
      expect(await outcome(await field.use())).toBe('temporarily_unavailable')
      field.pass(180)
    }
    expect(await field.connections()).toMatchObject([
      { health: 'degraded', reauthorizeUrl: 'https://app.example/auth/p/login' },
    ])
    field.answer({ '/token': () => token({ access_token: 'at-2', refresh_token: 'rt-2', expires_in: LIFE }) })
    field.pass(2 * LIFE)
    expect((await field.use()).status).toBe(200)
    expect((await field.connections())[0]).not.toHaveProperty('reauthorizeUrl')
  }),
  row('C11', 'refusals of a code with 200 have their meaning, and their name in the cause', async () => {
    const errors = {
      bad_verification_code: 'invalid_grant',
      incorrect_client_credentials: 'invalid_client',
      redirect_uri_mismatch: 'invalid_client',
    }
    const codes = { invalid_grant: 'code_rejected', invalid_client: 'client_rejected' } as Record<string, string>
    for (const [name, word] of Object.entries(errors)) {
      const field = openField(example({ errors }), { '/token': () => ({ error: name }) })
      expect(await outcome(await field.login())).toBe(codes[word])
      expect(causeOf(field.errors.at(-1))).toContain(name)
    }
  }),
  row('C12', 'the end of a refresh token is told ahead of it', async () => {
    for (const name of ['refresh_token_expires_in', 'refresh_expires_in', 'x_refresh_token_expires_in']) {
      const answer = { refresh_token: 'rt-1', expires_in: LIFE * 24 * 20, [name]: LIFE * 24 * 10 }
      const field = openField(example({ refreshTokens: 'reusable' }), { '/token': () => token(answer) })
      await field.login()
      expect((await field.connections())[0]?.health).toBe('active')
      field.pass(LIFE * 24 * 9.5)
      expect(await field.connections()).toMatchObject([
        { health: 'expiring', reauthorizeUrl: 'https://app.example/auth/p/login' },
      ])
    }
  }),
  row('C13', 'a lifetime that no answer tells is assumed by the description', async () => {
    const provider = example({ tokenResponse: { expires_in: 7200 } })
    let issued = 0
    const field = openField(provider, {
      '/token': () => token({ access_token: `at-${++issued}`, refresh_token: 'rt' }),
    })
    await field.login()
    field.pass(7201)
    expect(await held(field, async (connection) => (await connection.accessToken()).reveal())).toBe('at-2')
  }),
  row('C14', 'an access token that is exchanged is renewed before its end', async () => {
    const trade = (grant: string) => ({
      method: 'GET' as const,
      url: `https://as.example/trade?grant_type=${grant}&client_secret={client_secret}&access_token={access_token}`,
    })
    const provider = defineProvider(oauth2, {
      ...SERVER,
      refreshTokens: 'none',
      exchangeEndpoint: trade('exchange'),
      refreshEndpoint: trade('refresh'),
    })(SERVER)
    let issued = 1
    const field = openField(provider, {
      '/token': () => token(),
      '/trade': () => token({ access_token: `at-${++issued}`, expires_in: LIFE }),
      '/me': () => ({}),
    })
    await field.login()
    field.pass(LIFE - 30)
    await field.use()
    const trades = field.to('/trade').map(({ url }) => Object.fromEntries(url.searchParams))
    expect(trades).toEqual([
      { grant_type: 'exchange', client_secret: 'secret', access_token: 'at-1' },
      { grant_type: 'refresh', client_secret: 'secret', access_token: 'at-2' },
    ])
    expect(field.to('/me')[0]?.headers.get('authorization')).toBe('Bearer at-3')
  }),
]

import { expect } from 'vitest'
import { fieldCase as row } from './case.ts'
import { example, type FieldRequest, openField, outcome, token } from './field.ts'

const LIFE = 3600
let issued = 0
const tokens = () => token({ access_token: `at-${++issued}`, refresh_token: 'rt', expires_in: LIFE })

/** A connection, used once its token is no longer young, at an API that answers so. */
async function connected(answer: (request: FieldRequest) => object | Response, description: object = {}) {
  const field = openField(example(description), { '/token': tokens, '/me': answer })
  await field.login()
  field.pass(120)
  return field
}
const status =
  (code: number, json: unknown, headers: Record<string, string> = {}) =>
  () =>
    Response.json(json, { status: code, headers })
/** Refuses the first token alone. */
const onceDead = (refusal: () => Response) => (request: FieldRequest) => {
  const seen = firstToken ?? request.headers.get('authorization')
  firstToken = seen ?? undefined
  return request.headers.get('authorization') === seen ? refusal() : Response.json({ ok: true })
}
let firstToken: string | undefined

/** What an API says. */
export const APIS = [
  row('C37', 'a challenge with `insufficient_scope` names the scopes, and the link that requests them', async () => {
    const challenge = { 'www-authenticate': 'Bearer error="insufficient_scope", scope="c d"' }
    const field = await connected(status(403, { any: 'body' }, challenge))
    const answer = await field.use()
    const problem = (await answer.json()) as { code: string; missingScopes: string[]; loginUrl: string }
    expect(problem).toMatchObject({ code: 'insufficient_scope', missingScopes: ['c', 'd'], provider: 'p' })
    const started = await field.browser.navigate(problem.loginUrl)
    expect(new URL(started.headers.get('location') ?? '').searchParams.get('scope')).toBe('a b c d')
    expect(await field.connections()).toMatchObject([{ health: 'active' }])
  }),
  row('C38', 'a 401 that is not about the token is handed on, and marks nothing', async () => {
    for (const headers of [{}, { 'www-authenticate': 'ApiKey realm="x"' }]) {
      const field = await connected(status(401, { error: 'no key' }, headers))
      const answer = await field.use()
      expect(answer.status).toBe(401)
      expect(await answer.json()).toEqual({ error: 'no key' })
      expect(await field.connections()).toMatchObject([{ health: 'active' }])
    }
  }),
  row('C39', 'an expiry told by 403, by 400 with a code, and by 200; and by a handler', async () => {
    for (const [refusal, apiErrors] of [
      [status(403, {}, { 'www-authenticate': 'Bearer error="invalid_token"' }), {}],
      [
        status(400, { error: { code: 190 } }),
        { 400: ({ error }: { error: { code: number } }) => (error.code === 190 ? 'invalid_token' : undefined) },
      ],
      [
        status(200, { ok: false, error: 'token_revoked' }),
        { 200: ({ error }: { error: string }) => (error === 'token_revoked' ? 'invalid_token' : undefined) },
      ],
    ] as const) {
      firstToken = undefined
      const field = await connected(onceDead(refusal), { apiErrors })
      const answer = await field.use()
      expect(await answer.json()).toEqual({ ok: true })
      expect(field.to('/token')).toHaveLength(2)
    }
    const field = await connected(status(200, {}))
    await field.use(async (connection) => {
      const before = (await connection.accessToken()).reveal()
      const after = (await connection.accessToken({ renew: true })).reveal()
      expect(after).not.toBe(before)
      return new Response()
    })
    expect(field.to('/token')).toHaveLength(2)
  }),
  row('C40', 'a User-Agent is sent unless the caller or the description names one', async () => {
    const agent = async (description: object, headers: Record<string, string>) => {
      const field = await connected(status(200, {}), description)
      await field.use((connection) => connection.fetch('/me', { headers }))
      return field.to('/me')[0]?.headers.get('user-agent')
    }
    expect(await agent({}, {})).toBe('hono-oauth')
    expect(await agent({ apiHeaders: { 'user-agent': 'Described' } }, {})).toBe('Described')
    expect(await agent({ apiHeaders: { 'user-agent': 'Described' } }, { 'user-agent': 'Mine' })).toBe('Mine')
  }),
  row('C41', 'an SDK may call `connection.fetch` with a `Request`', async () => {
    const field = await connected(({ body, method }) => ({ body, method }))
    const answer = await field.use((connection) => {
      const request = new Request('https://api.example/me', { method: 'POST', body: 'text', headers: { 'x-a': 'b' } })
      const sdkFetch: typeof fetch = connection.fetch
      return sdkFetch(request)
    })
    expect(await answer.json()).toEqual({ body: 'text', method: 'POST' })
    expect(field.to('/me')[0]?.headers.get('x-a')).toBe('b')
    const foreign = await field.use((connection) => connection.fetch(new Request('https://evil.example/me')))
    expect(await outcome(foreign)).toBe('destination_forbidden')
  }),
]

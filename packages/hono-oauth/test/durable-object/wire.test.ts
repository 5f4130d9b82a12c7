import { describe, expect, it } from 'vitest'
import { ERROR_KINDS, OAuthError, type OAuthErrorCode } from '../../src/errors.ts'
import { refusal, shown } from '../protocol/refusal.ts'
import { readJson } from '../support/read-json.ts'
import { runtimeError } from './fake-namespace.ts'
import { down } from './fake-provider.ts'
import { ORIGIN, START, setup, standStill } from './setup.ts'

standStill()

const CODES = Object.keys(ERROR_KINDS) as OAuthErrorCode[]

describe('an error of ours inside the object', () => {
  it.each(CODES)('arrives as what it is: %s', async (code) => {
    const { accept, p, namespace } = setup()
    const thrown = new OAuthError(code, {
      detail: 'Something happened.',
      retryAfterSeconds: 7,
      missingScopes: ['b', 'c'],
      cause: new TypeError('the reason'),
    })
    p.fail(thrown)
    const error = await refusal(() => accept('token'))
    expect(error).toBeInstanceOf(OAuthError)
    expect(error).not.toBe(thrown)
    const { message, status, title, advice, retryAfterSeconds, missingScopes } = thrown
    const same = { code, message, status, title, advice, retryAfterSeconds, missingScopes }
    expect(error).toMatchObject(same)
    expect(error.toJSON()).toEqual(thrown.toJSON())
    expect((error.cause as Error).message).toBe('TypeError: the reason')
    // It is an answer: nobody asks again.
    expect(namespace.stubs).toBe(1)
  })

  it('has no more than it had', async () => {
    const { accept, p } = setup()
    p.fail(new OAuthError('token_not_accepted'))
    const error = await refusal(() => accept('token'))
    expect(error.message).toBe(ERROR_KINDS.token_not_accepted.title)
    expect([error.cause, error.retryAfterSeconds, error.missingScopes]).toEqual(
      Array(3).fill(undefined),
    )
    expect(error.toJSON()).not.toHaveProperty('missingScopes')
  })

  it.each(['storage', 'connections'])('names the broken setting, in %s', async (part) => {
    const { store, home, address, object } = setup({ objectConfig: { basePath: 'nowhere' } })
    const work = {
      storage: () => store.get('connections/p/ada'),
      connections: () => home.disconnect(address(), 'x'),
    }
    const error = await refusal(work[part as 'storage'])
    expect(error).toMatchObject({ code: 'configuration_invalid', status: 500 })
    expect(error.message).toMatch(/^basePath is not a path\b/)
    expect(object.storage.alarmsSet).toEqual([])
  })
})

describe('any other error inside the object', () => {
  const CANARY = 'canary-of-the-object'

  const requests = {
    program: { method: 'POST', body: 'token', headers: { 'x-user': 'ada' } },
    person: { headers: { 'x-user': 'ada', 'sec-fetch-mode': 'navigate', accept: 'text/html' } },
  }

  it('is store_unavailable to a program, and no word of its own', async () => {
    const { app, p } = setup()
    p.fail(new TypeError(CANARY))
    const answer = await app.request(`${ORIGIN}/connect`, requests.program)
    expect(answer.status).toBe(503)
    expect(answer.headers.get('retry-after')).toBe('5')
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
    const problem = await readJson(answer)
    expect(Object.keys(problem).sort()).toEqual(['code', 'detail', 'status', 'title'])
    expect(problem).toMatchObject({ status: 503, code: 'store_unavailable' })
    expect(JSON.stringify([problem, ...answer.headers])).not.toContain(CANARY)
  })

  it('is no word to a person either', async () => {
    const { app, namespace } = setup()
    namespace.fail(runtimeError({}, CANARY), 10)
    const answer = await app.request(`${ORIGIN}/auth/connections`, requests.person)
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5'])
    expect((await answer.text()) + JSON.stringify([...answer.headers])).not.toContain(CANARY)
  })

  it('is the cause for a log', async () => {
    const { accept, p } = setup()
    p.fail(new TypeError(CANARY))
    const error = await refusal(() => accept('token'))
    expect((error.cause as Error).message).toContain(CANARY)
    expect(JSON.stringify(error)).not.toContain(CANARY)
  })
})

describe('what goes through the wire', () => {
  it('is a record with its secrets, which show nowhere', async () => {
    const { connect, home, address } = setup()
    const made = await connect('canary')
    const [held] = await home.list(address())
    expect(held).toEqual(made)
    expect(made.accessToken.reveal()).toBe('canary')
    expect(made.refreshToken?.reveal()).toBe('refresh canary')
    expect(shown(made.accessToken)).not.toContain('canary')
    expect(await home.renew(address(), made, 'refused')).toMatchObject({
      id: made.id,
      issuedAt: START,
    })
  })

  it('is why a token is renewed', async () => {
    const { connect, home, address, p } = setup()
    const held = await connect('one')
    p.fail(down(), 4)
    // One that is only ending serves as long as it lives; one that was refused does not.
    const ending = await home.renew(address(), held, 'ending')
    expect(ending.accessToken.reveal()).toBe('one')
    const refused = home.renew(address(), held, 'refused')
    await expect(refused).rejects.toMatchObject({ code: 'temporarily_unavailable' })
  })

  it.each([
    [true, 0],
    [false, 1],
  ])('is whether an owner is new, for whom nothing is read: %s', async (isNew, reads) => {
    const { connect, address, object } = setup()
    await connect('one', address('p', { key: 'ada', isNew }))
    const { statements } = object.storage
    const before = statements.slice(
      0,
      statements.findIndex((sql) => sql.startsWith('INSERT')),
    )
    expect(before.filter((sql) => sql.startsWith('SELECT value'))).toHaveLength(reads)
  })

  it('is an owner without what cannot be cloned', async () => {
    const { connect, home, address } = setup()
    const waitUntil = () => undefined
    const owner = { key: 'ada', expiresAt: START + 100, isNew: true, waitUntil, more: () => 1 }
    const { id } = await connect('one', address('p', owner))
    expect(await home.disconnect(address('p', { key: 'ada', waitUntil }), id)).toBe('revoked')
  })

  it('is a callback with its parameters', async () => {
    const callbacks: unknown[] = []
    const { home, address } = setup({
      overrides: {
        async authorize(callback) {
          callbacks.push({ ...callback, parameters: [...callback.parameters] })
          throw new OAuthError('access_denied')
        },
      },
    })
    const callback = {
      state: 'state',
      redirectUri: 'https://app.example/cb',
      codeVerifier: 'verifier',
      scopes: ['a'],
      now: START,
      startedAt: START - 5,
    }
    const parameters = new URLSearchParams('a=1&a=2&b=%20%26é&error=')
    await refusal(() => home.complete(address(), { ...callback, parameters }))
    const pairs = [
      ['a', '1'],
      ['a', '2'],
      ['b', ' &é'],
      ['error', ''],
    ]
    expect(callbacks).toEqual([{ ...callback, parameters: pairs }])
  })
})

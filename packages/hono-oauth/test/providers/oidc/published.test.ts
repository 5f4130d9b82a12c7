import { describe, expect, it } from 'vitest'
import { refusal } from '../../protocol/refusal.ts'
import { type Emulated, emulated, JWKS, METADATA, TOKEN } from './emulated.ts'
import { forge, keyFor } from './forge.ts'

const HOUR = 3600
const counts = (server: Emulated) => [METADATA, JWKS].map(server.requestsTo)
const fails = async (server: Emulated) => (await refusal(() => server.login())).code

describe('what an issuer publishes', () => {
  it('is asked for anew after an hour', async () => {
    const server = emulated()
    await server.login()
    server.advance(HOUR - 1)
    await server.login()
    expect(counts(server)).toEqual([1, 1])
    server.advance(1)
    await server.login()
    expect(counts(server)).toEqual([2, 2])
  })

  it.each([
    ['example-metadata-503', 'example-jwks-503', 2],
    ['example-metadata-503', 'example-jwks-huge', 1],
  ])('serves for a day while it cannot be had: %s, %s', async (metadata, jwks, keyRequests) => {
    const server = emulated()
    await server.login()
    server.control.setScenario(metadata)
    server.control.setScenario(jwks)
    server.advance(HOUR)
    await server.login()
    const asked = [1 + 2, 1 + keyRequests]
    expect(counts(server)).toEqual(asked)
    // Nobody waits for it again within a minute.
    server.advance(59)
    await server.login()
    expect(counts(server)).toEqual(asked)
    server.advance(1)
    await server.login()
    expect(counts(server)).toEqual([1 + 4, 1 + 2 * keyRequests])
    server.advance(23 * HOUR - 61)
    expect((await server.login()).grant.id).toBe('user-1001')
    server.advance(1)
    expect(await fails(server)).toBe('provider_unavailable')
    server.control.clearScenarios()
    expect((await server.login()).grant.id).toBe('user-1001')
  })

  it('does not serve instead of something that is wrong', async () => {
    const server = emulated()
    await server.login()
    server.control.setScenario('example-metadata-foreign-issuer', 1)
    server.advance(HOUR)
    expect(await fails(server)).toBe('configuration_invalid')
    expect(server.requestsTo(TOKEN)).toBe(1)
  })

  it('is remembered by each provider for itself', async () => {
    const [one, other] = [emulated(), emulated()]
    await one.login()
    await other.login()
    expect([counts(one), counts(other)]).toEqual([
      [1, 1],
      [1, 1],
    ])
  })
})

describe('a key that is not known', () => {
  const rotate = (server: Emulated) => server.control.setScenario('example-jwks-rotated')

  it('is asked for once, at the first login', async () => {
    const server = emulated()
    rotate(server)
    expect((await server.login()).grant.id).toBe('user-1001')
    expect(counts(server)).toEqual([1, 2])
    await server.login()
    expect(counts(server)).toEqual([1, 2])
  })

  it('is asked for once, at a later login', async () => {
    const server = emulated()
    await server.login()
    server.advance(10)
    rotate(server)
    expect((await server.login()).grant.id).toBe('user-1001')
    expect(counts(server)).toEqual([1, 2])
  })

  it('is asked for when an old name has a new key', async () => {
    const server = emulated()
    const issuer = await forge(server)
    await server.login()
    const { privateKey, jwk } = await keyFor('RS256', 'other')
    issuer.signs = { privateKey, jwk: { ...jwk, kid: 'first' } }
    issuer.keys = [issuer.signs.jwk]
    expect((await server.login()).grant.id).toBe('user-1001')
    expect(counts(server)).toEqual([1, 2])
  })

  it('is asked for once a minute, whatever comes', async () => {
    const server = emulated()
    await server.login()
    server.control.setScenario('example-id-token-unknown-kid')
    for (let each = 0; each < 30; each++) {
      expect(await fails(server)).toBe('provider_response_invalid')
      server.advance(1)
    }
    expect(counts(server)).toEqual([1, 2])
    server.advance(30)
    expect(await fails(server)).toBe('provider_response_invalid')
    expect(counts(server)).toEqual([1, 3])
    server.control.clearScenarios()
    expect((await server.login()).grant.id).toBe('user-1001')
    expect(counts(server)).toEqual([1, 3])
  })

  it('is asked for by one of many, and all get it', async () => {
    const server = emulated()
    await server.login()
    const all = await Promise.all(Array.from({ length: 20 }, () => server.consent()))
    rotate(server)
    const logins = await Promise.all(all.map((parameters) => server.authorize(parameters)))
    expect(logins.map(({ grant }) => grant.id)).toEqual(all.map(() => 'user-1001'))
    expect(counts(server)).toEqual([1, 2])
  })

  it('cannot be asked for while the server is not well, and nobody tries for a minute', async () => {
    const server = emulated()
    await server.login()
    rotate(server)
    server.control.setScenario('example-jwks-503')
    expect(await fails(server)).toBe('provider_unavailable')
    expect(counts(server)).toEqual([1, 3])
    expect(await fails(server)).toBe('provider_unavailable')
    expect(counts(server)).toEqual([1, 3])
    expect(server.grants().map(({ alive }) => alive)).toEqual([true, false, false])
    server.control.clearScenarios()
    server.advance(60)
    expect((await server.login()).grant.id).toBe('user-1001')
    expect(counts(server)).toEqual([1, 4])
  })

  it('is not asked for when it is the token that is wrong', async () => {
    const server = emulated()
    await server.login()
    for (const fault of ['wrong-nonce', 'expired', 'hs256', 'alg-none', 'without-sub']) {
      server.control.setScenario(`example-id-token-${fault}`, 1)
      expect(await fails(server)).toBe('provider_response_invalid')
    }
    expect(counts(server)).toEqual([1, 1])
  })
})

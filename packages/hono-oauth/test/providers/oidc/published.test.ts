import { describe, expect, it } from 'vitest'
import { codeOf } from '../../protocol/refusal.ts'
import { connected, type Emulated, emulated, JWKS, METADATA, TOKEN } from './emulated.ts'
import { forged, keyFor } from './forge.ts'

const HOUR = 3600
const counts = (server: Emulated) => [METADATA, JWKS].map(server.requestsTo)
const fails = (server: Emulated) => codeOf(() => server.login())

describe('a document of an issuer', () => {
  it('is read again after an hour', async () => {
    const { server } = await connected()
    server.advance(HOUR - 1)
    await server.login()
    expect(counts(server)).toEqual([1, 1])
    server.advance(1)
    await server.login()
    expect(counts(server)).toEqual([2, 2])
  })

  it.each([
    ['metadata-503', 'jwks-503', 2],
    ['metadata-503', 'jwks-huge', 1],
  ])('is used for a day while it cannot be read: %s, %s', async (metadata, jwks, keyRequests) => {
    const { server } = await connected()
    server.control.setScenario('oauth.example', metadata)
    server.control.setScenario('oauth.example', jwks)
    server.advance(HOUR)
    await server.login()
    const asked = [1 + 2, 1 + keyRequests]
    expect(counts(server)).toEqual(asked)
    // It is not requested again within a minute.
    server.advance(59)
    await server.login()
    expect(counts(server)).toEqual(asked)
    server.advance(1)
    await server.login()
    expect(counts(server)).toEqual([1 + 4, 1 + 2 * keyRequests])
    server.advance(23 * HOUR - 61)
    expect((await server.login()).grant.id).toBe('user-1001')
    server.advance(1)
    const failed = async () => [await fails(server), counts(server)[0]]
    const [code, asks] = await failed()
    // A server that is down is not asked for each login.
    expect([code, await failed()]).toEqual(['provider_unavailable', ['provider_unavailable', asks]])
    server.control.clearScenarios()
    server.advance(10)
    expect((await server.login()).grant.id).toBe('user-1001')
  })

  it('does not hide a wrong one', async () => {
    const { server } = await connected()
    server.control.setScenario('oauth.example', 'metadata-foreign-issuer', 1)
    server.advance(HOUR)
    expect(await fails(server)).toBe('configuration_invalid')
    expect(server.requestsTo(TOKEN)).toBe(1)
  })
})

describe('an unknown key', () => {
  const rotate = (server: Emulated) => server.control.setScenario('oauth.example', 'jwks-rotated')

  it.each([0, 1])('is requested once, after %d logins', async (logins) => {
    const server = emulated()
    for (let each = 0; each < logins; each++) await server.login()
    server.advance(10)
    rotate(server)
    for (let each = 0; each < 2; each++) expect((await server.login()).grant.id).toBe('user-1001')
    expect(counts(server)).toEqual([1, 2])
  })

  it('is requested when a known key id has a new key', async () => {
    const server = await forged()
    await server.login()
    const { privateKey, jwk } = await keyFor('RS256', 'other')
    const signs = { privateKey, jwk: { ...jwk, kid: 'first' } }
    Object.assign(server.issuer, { signs, keys: [signs.jwk] })
    expect((await server.login()).grant.id).toBe('user-1001')
    expect(counts(server)).toEqual([1, 2])
  })

  it('is requested once a minute at most', async () => {
    const { server } = await connected()
    server.control.setScenario('oauth.example', 'id-token-unknown-kid')
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

  it('is requested by one of many logins, for all of them', async () => {
    const { server } = await connected()
    const all = await Promise.all(Array.from({ length: 20 }, () => server.consent()))
    rotate(server)
    const logins = await Promise.all(all.map((parameters) => server.authorize(parameters)))
    expect(logins.map(({ grant }) => grant.id)).toEqual(all.map(() => 'user-1001'))
    expect(counts(server)).toEqual([1, 2])
  })

  it('is not requested for a minute after an outage', async () => {
    const { server } = await connected()
    rotate(server)
    server.control.setScenario('oauth.example', 'jwks-503')
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

  it('is not requested for a wrong claim', async () => {
    const { server } = await connected()
    for (const fault of ['wrong-nonce', 'expired', 'hs256', 'alg-none', 'without-sub']) {
      server.control.setScenario('oauth.example', `id-token-${fault}`, 1)
      expect(await fails(server)).toBe('provider_response_invalid')
    }
    expect(counts(server)).toEqual([1, 1])
  })
})

import fc from 'fast-check'
import { validateAuthResponse } from 'oauth4webapi'
import { describe, expect } from 'vitest'
import { codeIn, validateAuthorizationResponse } from '../../src/protocol/authorization-response.ts'
import { codeOf } from '../protocol/refusal.ts'
import { registered } from '../protocol/registered-client.ts'
import { judgedRig } from '../rig/suite.ts'
import { mutate, mutation } from './mutants.ts'
import { fuzz } from './settings.ts'

const rig = await judgedRig()

const CODES = ['access_denied', 'authorization_failed', 'authorization_response_invalid']
const MAX_CODE = 8192
const NAMES = 'code state iss error error_description response id_token token x code[] State __proto__'.split(' ')
// What a query is made of, and where it breaks.
const SHREDS = 'code= state= CODE STATE & ; % %00 %E0%A4%A %ff + # ? && iss= error = %26 %3d'.split(' ')

/** A parameter: its name, and a value that may be the right one, or nearly. */
const parameter = fc.record({
  name: fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...NAMES) }, { weight: 1, arbitrary: fc.string() }),
  value: fc.oneof(
    fc.constant('right' as const),
    mutation,
    fc.string({ unit: 'binary' }),
    fc.constantFrom('', 'access_denied', 'server_error', 'c'.repeat(MAX_CODE + 1), 'https://evil.example'),
  ),
})
const query = fc.array(parameter, { maxLength: 6 })
type Query = typeof query extends fc.Arbitrary<infer T> ? T : never

/** The parameters, where `right` is what the genuine response has. */
function write(query: Query, genuine: URLSearchParams): URLSearchParams {
  const written = new URLSearchParams()
  for (const { name, value } of query) {
    const right = genuine.get(name) ?? 'x'
    if (value === 'right') written.append(name, right)
    else written.append(name, typeof value === 'string' ? value : mutate(right, value))
  }
  return written
}

/** Whether a response has all that it must have, and nothing that speaks against it. */
function isSound(parameters: URLSearchParams, genuine: URLSearchParams): boolean {
  const [code, ...codes] = parameters.getAll('code')
  const [state, ...states] = parameters.getAll('state')
  const isOurs = state === genuine.get('state') && states.length === 0
  const isCode = !!code && code.length <= MAX_CODE && codes.length === 0
  const issuers = parameters.getAll('iss').filter((iss) => iss !== genuine.get('iss') && iss !== '')
  const isClean = ['error', 'response', 'id_token', 'token'].every((name) => !parameters.getAll(name).join(''))
  return isOurs && isCode && isClean && issuers.length === 0
}

const judgedBy = async (validate: () => unknown) => {
  try {
    validate()
    return true
  } catch {
    return false
  }
}

describe('any authorization response', () => {
  fuzz('is the one that belongs to its state, or is refused', [query], async (query) => {
    const state = 'canary-state-0123456789'
    const genuine = new URLSearchParams({ code: 'canary-code-0123456789', state, iss: registered.server.issuer })
    const parameters = write(query, genuine)
    const reference = { issuer: registered.server.issuer }
    const isValid = await judgedBy(() => validateAuthResponse(reference, { client_id: 'id' }, parameters, state))
    expect(await judgedBy(() => validateAuthorizationResponse(registered, parameters, state))).toBe(isValid)
    const judge = async () => {
      validateAuthorizationResponse(registered, parameters, state)
      return codeIn(parameters)
    }
    const judged = await judge().catch(() => undefined)
    if (judged) {
      expect(isSound(parameters, genuine)).toBe(true)
      expect([judged]).toEqual(parameters.getAll('code'))
      return
    }
    expect(CODES).toContain(await codeOf(judge))
  })
})

describe('any callback', () => {
  /** Sends the query of a login's callback, changed; and what must hold whatever it is. */
  async function send(change: (genuine: URLSearchParams) => string): Promise<void> {
    const browser = rig.browser()
    const genuine = (await rig.login(browser)).searchParams
    if (!genuine.has('iss')) genuine.set('iss', 'https://webflow.com')
    const search = change(genuine)
    rig.wire.clear()
    const stored = await rig.stored()
    const response = await browser.navigate(`/auth/webflow/callback?${search}`)
    expect(response.status).toBeLessThan(500)
    const sent = rig.wire.sent.length
    const parameters = new URL(`https://app.example/?${search}`).searchParams
    if (!isSound(parameters, genuine)) expect(sent).toBe(0)
    expect(rig.tokenRequests()).toBeLessThanOrEqual(1)
    expect(browser.hasSession()).toBe(response.status === 303)
    if (response.status === 303) {
      expect(parameters.getAll('code')).toEqual(genuine.getAll('code'))
      return
    }
    expect(await rig.stored()).toEqual(stored)
    // An install link begins anew.
    expect([400, 302]).toContain(response.status)
    if (response.status === 302) expect(sent).toBe(0)
  }

  fuzz('is finished once, or refused with nothing done', [query], (query) =>
    send((genuine) => String(write(query, genuine))),
  )

  fuzz(
    'is finished once, or refused, whatever the query is written in',
    [fc.array(fc.oneof(fc.constantFrom(...SHREDS), fc.string({ maxLength: 4 })), { maxLength: 14 })],
    (shreds) =>
      send((genuine) =>
        shreds
          .join('')
          .replaceAll('CODE', genuine.get('code') ?? '')
          .replaceAll('STATE', genuine.get('state') ?? '')
          .replaceAll('#', '%23'),
      ),
  )

  fuzz(
    'is refused when the genuine one was changed in one place',
    [mutation, fc.constantFrom('code', 'state', 'iss')],
    (change, name) =>
      send((genuine) => {
        const changed = new URLSearchParams(genuine)
        changed.set(name, mutate(genuine.get(name) ?? '', change))
        return changed.toString()
      }),
  )
})

import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { validateAuthorizationResponse } from '../../src/protocol/authorization-response.ts'
import { refusal, shown } from '../protocol/refusal.ts'
import { registered } from '../protocol/registered-client.ts'
import { nodeHost } from '../support/node-host.ts'
import { createRig, type Rig } from '../support/rig.ts'
import { mutate, mutation } from './mutants.ts'
import { fuzz } from './settings.ts'

const CODES = ['access_denied', 'authorization_failed', 'authorization_response_invalid']
const MAX_CODE = 8192
const NAMES = [
  'code',
  'state',
  'iss',
  'error',
  'error_description',
  'response',
  'id_token',
  'token',
  'x',
  'code[]',
  'State',
  '__proto__',
]

/** A parameter: its name, and a value that may be the right one, or nearly. */
const parameter = fc.record({
  name: fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom(...NAMES) },
    { weight: 1, arbitrary: fc.string() },
  ),
  value: fc.oneof(
    fc.constant('right' as const),
    mutation,
    fc.string({ unit: 'binary' }),
    fc.constantFrom(
      '',
      'access_denied',
      'server_error',
      'c'.repeat(MAX_CODE + 1),
      'https://evil.example',
    ),
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
  const isClean = ['error', 'response', 'id_token', 'token'].every(
    (name) => !parameters.getAll(name).join(''),
  )
  return isOurs && isCode && isClean && issuers.length === 0
}

describe('any authorization response', () => {
  it('is the one that belongs to its state, or is refused', () =>
    fuzz(
      fc.asyncProperty(query, async (query) => {
        const state = 'canary-state-0123456789'
        const genuine = new URLSearchParams({
          code: 'canary-code-0123456789',
          state,
          iss: registered.server.issuer,
        })
        const parameters = write(query, genuine)
        const judge = async () => validateAuthorizationResponse(registered, parameters, state)
        const judged = await judge().catch(() => undefined)
        if (judged) {
          expect(isSound(parameters, genuine)).toBe(true)
          expect(judged.getAll('code')).toEqual(parameters.getAll('code'))
          return
        }
        const error = await refusal(judge)
        expect(CODES).toContain(error.code)
        expect(shown(error)).not.toContain('canary')
      }),
    ))
})

describe('any callback', () => {
  let rig: Rig
  beforeAll(async () => {
    rig = await createRig(nodeHost())
  })
  afterAll(async () => {
    await rig.expectNoLeaks()
    await rig.host.dispose()
  })

  /** Sends the query of a login's callback, changed; and what must hold whatever it is. */
  async function send(change: (genuine: URLSearchParams) => string): Promise<void> {
    const browser = rig.browser()
    const genuine = new URL(await rig.login(browser)).searchParams
    if (!genuine.has('iss')) genuine.set('iss', 'https://webflow.com')
    const search = change(genuine)
    rig.provider.control.clearRequests()
    const { put } = await rig.host.operations()
    const response = await browser.navigate(`/auth/webflow/callback?${search}`)
    expect(response.status).toBeLessThan(500)
    const sent = rig.provider.control.requests().length
    const parameters = new URL(`https://app.example/?${search}`).searchParams
    if (!isSound(parameters, genuine)) expect(sent).toBe(0)
    expect(rig.tokenRequests()).toBeLessThanOrEqual(1)
    expect(browser.hasSession()).toBe(response.status === 303)
    if (response.status === 303) {
      expect(parameters.getAll('code')).toEqual(genuine.getAll('code'))
      return
    }
    expect((await rig.host.operations()).put).toBe(put)
    // An install link begins anew.
    expect([400, 302]).toContain(response.status)
    if (response.status === 302) expect(sent).toBe(0)
  }

  it('is finished once, or refused with nothing done', () =>
    fuzz(fc.asyncProperty(query, (query) => send((genuine) => String(write(query, genuine))))))

  it('is finished once, or refused, whatever the query is written in', () =>
    fuzz(
      fc.asyncProperty(
        fc.array(
          fc.oneof(
            fc.constantFrom(
              'code=',
              'state=',
              'CODE',
              'STATE',
              '&',
              ';',
              '%',
              '%00',
              '%E0%A4%A',
              '%ff',
              '+',
              '#',
              '?',
              '&&',
              'iss=',
              'error',
              '=',
              '%26',
              '%3d',
            ),
            fc.string({ maxLength: 4 }),
          ),
          { maxLength: 14 },
        ),
        (shreds) =>
          send((genuine) =>
            shreds
              .join('')
              .replaceAll('CODE', genuine.get('code') ?? '')
              .replaceAll('STATE', genuine.get('state') ?? '')
              .replaceAll('#', '%23'),
          ),
      ),
    ))

  it('is refused when the genuine one was changed in one place', () =>
    fuzz(
      fc.asyncProperty(mutation, fc.constantFrom('code', 'state', 'iss'), async (change, name) => {
        await send((genuine) => {
          const changed = new URLSearchParams(genuine)
          changed.set(name, mutate(genuine.get(name) ?? '', change))
          return changed.toString()
        })
      }),
    ))
})

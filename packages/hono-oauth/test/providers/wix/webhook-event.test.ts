import { describe, expect, it } from 'vitest'
import type { OAuthError } from '../../../src/errors.ts'
import type { WixEvent } from '../../../src/providers/wix/index.ts'
import { refusal } from '../../protocol/refusal.ts'
import { claims, envelope, HEADER, jwt, receiver } from './jwt.ts'
import { APP_ID, external, INSTANCE_ID, legacy, NOW } from './support.ts'

const receive = receiver()
const told = (event: object) => jwt(claims({}, event))
const UNVERIFIED = ['webhook_unverified', 401]
const MALFORMED = ['webhook_malformed', 400]
const refusedBy = async (body: string, now = NOW) => {
  const { code, status } = await refusal(() => receive(body, now))
  return [code, status]
}

describe('an event of Wix', () => {
  it('is told as Wix nests it', async () => {
    expect(await receive(jwt())).toEqual({
      type: 'AppRemoved',
      id: expect.stringMatching(/^[\w-]{43}$/),
      occurredAt: NOW,
      grantId: INSTANCE_ID,
      effect: 'ended',
      data: {
        instanceId: INSTANCE_ID,
        data: { appId: APP_ID },
        identity: { identityType: 'WIX_USER', wixUserId: 'user' },
        accountInfo: { accountId: 'account', siteId: 'site' },
      },
    })
    for (const made of [external(), legacy()]) expect(made.webhooks?.endsGrants).toBe(true)
  })

  it.each([
    ['AppInstalled', 'began'],
    ['AppRemoved', 'ended'],
    ['PaidPlanPurchased', undefined],
    ['appremoved', undefined],
    ['', undefined],
    ['constructor', undefined],
    ['__proto__', undefined],
    ['hasOwnProperty', undefined],
  ])('of type %j means for its grant: %s', async (eventType, effect) => {
    const event = await receive(told(envelope({ eventType })))
    expect([event.type, event.effect, event.grantId]).toEqual([eventType, effect, INSTANCE_ID])
  })

  it.each([
    [{ identity: undefined }, { identity: {} }],
    [{ identity: null }, { identity: {} }],
    [{ accountInfo: undefined }, { accountInfo: {} }],
    [{ accountInfo: null }, { accountInfo: {} }],
    [{ data: '{}' }, { data: {} }],
    [{ data: '{"appId":null,"x":[1]}' }, { data: { appId: null, x: [1] } }],
  ])('may leave out what nobody needs: %j', async (changes, data) => {
    expect((await receive(told(envelope(changes)))).data).toMatchObject(data)
  })

  it('has an id that is the same for each delivery, and for no other event', async () => {
    const bodies = [
      jwt(),
      `${jwt()}\n`,
      jwt(claims(), { alg: 'RS256' }),
      jwt(claims({ iat: NOW - 1 })),
      told(envelope({ eventType: 'AppInstalled' })),
      told(envelope({ instanceId: 'other' })),
      told(envelope({ data: '{}' })),
    ]
    const ids = await Promise.all(bodies.map(async (body) => (await receive(body)).id))
    expect(new Set(ids.slice(0, 3)).size).toBe(1)
    expect(new Set(ids).size).toBe(5)
  })
})

describe('the apps of a configuration', () => {
  const realmOf = (made: ReturnType<typeof external | typeof legacy>) => made.webhooks?.realm

  it('share what was granted when they are the same app, and only then', () => {
    const realms = [external(), legacy(), external({ appId: 'app-2' }), legacy({ appId: 'app-3' })]
    const [first, second, ...others] = realms.map(realmOf)
    expect(first).toBe(second)
    expect(new Set([first, ...others]).size).toBe(3)
    // It stands in the keys of what is stored.
    expect(first).toBe(`wix-${APP_ID}`)
  })
})

describe('the time of an event', () => {
  const MAX = 300_000
  it.each<[string, object, number]>([
    ['no end', { exp: undefined }, 0],
    ['no end, at its last moment', { exp: undefined }, MAX + 60],
    ['an end in this second', { exp: NOW }, 0],
    ['an end of which our clock may err', { exp: NOW - 60 }, 0],
    ['a beginning of which our clock may err', { iat: NOW + 60 }, 0],
    ['parts of seconds', { iat: NOW - 0.5, exp: NOW + 0.5 }, 0],
    ['an end far ahead', { exp: 9e12 }, 0],
  ])('may have %s', async (_name, changes, later) => {
    const event = await receive(jwt(claims(changes)), NOW + later)
    expect(event.type).toBe('AppRemoved')
  })

  it.each<[string, object, number]>([
    ['an end that is over', { exp: NOW - 61 }, 0],
    ['an end of zero', { exp: 0 }, 0],
    ['an end in words', { exp: String(NOW + 100) }, 0],
    ['an end that is a list', { exp: [NOW + 100] }, 0],
    ['an end that is true', { exp: true }, 0],
    ['no end, and is too old', { exp: undefined }, MAX + 61],
    ['an end far ahead, and is too old', { exp: 9e12 }, MAX + 61],
    ['a beginning in the future', { iat: NOW + 61 }, 0],
    ['a beginning in milliseconds', { iat: NOW * 1000 }, 0],
    ['a beginning in words', { iat: String(NOW) }, 0],
    ['no beginning', { iat: undefined }, 0],
    ['null for a beginning', { iat: null }, 0],
    ['a beginning of zero', { iat: 0 }, 0],
  ])('may not have %s', async (_name, changes, later) => {
    expect(await refusedBy(jwt(claims(changes)), NOW + later)).toEqual(UNVERIFIED)
  })

  it.each(['1e400', '-1e400'])('may not be endless: %s', async (iat) => {
    const text = JSON.stringify(claims()).replace(`"iat":${NOW}`, `"iat":${iat}`)
    expect(await refusedBy(jwt(text))).toEqual(UNVERIFIED)
  })

  it.each(['', 'null', '[]', '7', '"x"', '{'])('may not be missing: %j', async (payload) => {
    expect(await refusedBy(jwt(payload))).toEqual(UNVERIFIED)
  })
})

describe('an event for another app', () => {
  it.each(['app-2', APP_ID.toUpperCase(), '', 1, true, [APP_ID], {}])(
    'is refused: %j',
    async (appId) => {
      const data = JSON.stringify({ appId })
      expect(await refusedBy(told(envelope({ data })))).toEqual(UNVERIFIED)
    },
  )
})

// Row 199.
describe('an event that makes no sense', () => {
  const deepList = `${'['.repeat(10_000)}${']'.repeat(10_000)}`
  const deepObject = `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`
  const inherited = JSON.stringify(envelope())
  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['an object that is no text', envelope()],
    ['a number', 7],
    ['a list', [JSON.stringify(envelope())]],
    ['an empty text', ''],
    ['no JSON', 'canary{'],
    ['a list in JSON', '[]'],
    ['null in JSON', 'null'],
    ['a text in JSON', '"text"'],
    ['an empty object', '{}'],
    ['a deep list', deepList],
    ['a deep object', deepObject],
    ['depth without an end', '['.repeat(10_000)],
    ['an inherited event', `{"__proto__":${inherited}}`],
    ['an event of its constructor', `{"constructor":{"prototype":${inherited}}}`],
  ])('is malformed with %s for its data', async (_name, data) => {
    expect(await refusedBy(jwt(claims({ data })))).toEqual(MALFORMED)
    expect(Object.keys(Object.prototype)).toEqual([])
  })

  it.each<[string, object]>([
    ['no type', { eventType: undefined }],
    ['null for a type', { eventType: null }],
    ['a number for a type', { eventType: 1 }],
    ['no instance', { instanceId: undefined }],
    ['a list for an instance', { instanceId: [INSTANCE_ID] }],
    ['no content', { data: undefined }],
    ['content that is no text', { data: { appId: APP_ID } }],
    ['content that is no JSON', { data: '{' }],
    ['a list for content', { data: '[]' }],
    ['null for content', { data: 'null' }],
    ['a deep list for content', { data: deepList }],
    ['an identity that is no text', { identity: { wixUserId: 'user' } }],
    ['an identity that is no JSON', { identity: 'user' }],
    ['a list for an identity', { identity: '[]' }],
  ])('is malformed with %s', async (_name, changes) => {
    expect(await refusedBy(told(envelope(changes)))).toEqual(MALFORMED)
  })

  it('is not crashed by depth, and changes no object of ours', async () => {
    const data = `{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}},"a":${deepObject}}`
    const accountInfo = JSON.parse('{"__proto__":{"polluted":true}}')
    const event = await receive(told(envelope({ data, identity: data, accountInfo })))
    expect(event.type).toBe('AppRemoved')
    expect({}).not.toHaveProperty('polluted')
    expect(Object.keys(Object.prototype)).toEqual([])
  })

  it.each(['text', 7, true, ['x']])('has no account that is no object: %j', async (accountInfo) => {
    const outcome = await receive(told(envelope({ accountInfo }))).then(
      ({ data }) => Object.prototype.toString.call((data as WixEvent).accountInfo),
      (error: OAuthError) => error.code,
    )
    expect(['[object Object]', 'webhook_malformed']).toContain(outcome)
  })

  it('of a header alone is unverified', async () => {
    expect(await refusedBy(jwt('', HEADER))).toEqual(UNVERIFIED)
  })
})

import { describe, expect, it } from 'vitest'
import { refusal } from '../../protocol/refusal.ts'
import { claims, envelope, jwt, receiver } from './jwt.ts'
import { APP_ID, external, INSTANCE_ID, legacy, NOW } from './support.ts'

const receive = receiver()
const eventOf = (event: object) => jwt(claims({}, event))
const refused = async (body: string, now = NOW) => (await refusal(() => receive(body, now))).code
const nested = (open: string, close: string) => open.repeat(10_000) + close.repeat(10_000)

describe('an event of Wix', () => {
  it('is read from the nested JSON texts of Wix', async () => {
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
  })

  it.each([
    ['AppInstalled', 'began'],
    ['AppRemoved', 'ended'],
    ...['PaidPlanPurchased', 'appremoved', '', 'constructor', '__proto__'].map((type) => [type]),
  ])('of type %j means for its grant: %s', async (eventType, effect) => {
    const event = await receive(eventOf(envelope({ eventType })))
    expect([event.type, event.effect, event.grantId]).toEqual([eventType, effect, INSTANCE_ID])
  })

  const EMPTY = [undefined, null, 'text', 7, ['x']]
  it.each<[object, object]>([
    ...[undefined, null].map((identity): [object, object] => [{ identity }, { identity: {} }]),
    ...EMPTY.map((accountInfo): [object, object] => [{ accountInfo }, { accountInfo: {} }]),
    [{ data: '{"appId":null,"x":[1]}' }, { data: { appId: null, x: [1] } }],
  ])('may have %j', async (changes, data) => {
    expect((await receive(eventOf(envelope(changes)))).data).toMatchObject(data)
  })

  it('has an id that is the same for each delivery, and for no other event', async () => {
    const same = [jwt(), `${jwt()}\n`, jwt(claims(), { alg: 'RS256' })]
    const others = [{ eventType: 'AppInstalled' }, { instanceId: 'other' }, { data: '{}' }]
    const bodies = [...same, jwt(claims({ iat: NOW - 1 })), ...others.map((each) => eventOf(envelope(each)))]
    const ids = await Promise.all(bodies.map(async (body) => (await receive(body)).id))
    expect([new Set(ids.slice(0, 3)).size, new Set(ids).size]).toEqual([1, 5])
  })

  it('may be nested deeply, and changes no prototype', async () => {
    const proto = '"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}'
    const data = `{${proto},"a":${nested('{"a":', '}').replace(':}', ':1}')}}`
    const event = await receive(eventOf(envelope({ data, identity: data })))
    expect([event.type, Object.keys(Object.prototype)]).toEqual(['AppRemoved', []])
  })
})

describe('the app of an event', () => {
  it.each(['app-2', APP_ID.toUpperCase(), '', 1, true, [APP_ID], {}])('may not be another one: %j', async (appId) => {
    expect(await refused(eventOf(envelope({ data: JSON.stringify({ appId }) })))).toBe('webhook_unverified')
  })

  it('gives providers of one app, and no others, the same realm ', () => {
    const made = [external(), legacy(), external({ appId: 'app-2' }), legacy({ appId: 'app-3' })]
    const realms = made.map(({ webhooks }) => webhooks?.realm)
    expect(realms.slice(0, 2)).toEqual([`wix-${APP_ID}`, `wix-${APP_ID}`])
    expect(new Set(realms).size).toBe(3)
    for (const { webhooks } of made) expect(webhooks?.endsGrants).toBe(true)
  })
})

describe('the optional claims of an event', () => {
  it.each<object>([
    ...[{ iss: 'wix.com' }, { aud: APP_ID }, { aud: ['other', APP_ID] }, { nbf: NOW - 1 }, { nbf: NOW + 60 }],
  ])('may be %j', async (changes) => {
    expect((await receive(jwt(claims(changes)))).type).toBe('AppRemoved')
  })

  it.each<object>([
    ...['wix.com.evil.example', 'https://wix.com', '', null, ['wix.com']].map((iss) => ({ iss })),
    ...['app-2', '', null, [], ['app-2'], { 0: APP_ID }].map((aud) => ({ aud })),
    ...[NOW + 61, String(NOW), null, [NOW]].map((nbf) => ({ nbf })),
  ])('must not be %j', async (changes) => {
    expect(await refused(jwt(claims(changes)))).toBe('webhook_unverified')
  })
})

describe('the time of an event', () => {
  const MAX = 300_000
  it.each<{ changes: object; later?: number }>([
    ...[{ exp: undefined }, { exp: 9e12 }].map((changes) => ({ changes, later: MAX + 60 })),
    ...[{ exp: NOW - 60 }, { iat: NOW + 60 }, { iat: NOW - 0.5, exp: NOW + 0.5 }].map((changes) => ({ changes })),
  ])('may be $changes after $later seconds', async ({ changes, later = 0 }) => {
    expect((await receive(jwt(claims(changes)), NOW + later)).type).toBe('AppRemoved')
  })

  it.each<{ changes: object; later?: number }>([
    ...[{ exp: undefined }, { exp: 9e12 }].map((changes) => ({ changes, later: MAX + 61 })),
    ...[NOW - 61, 0, String(NOW + 100), [NOW + 100]].map((exp) => ({ changes: { exp } })),
    ...[NOW + 61, NOW * 1000, String(NOW), undefined, 0].map((iat) => ({ changes: { iat } })),
  ])('must not be $changes after $later seconds', async ({ changes, later = 0 }) => {
    expect(await refused(jwt(claims(changes)), NOW + later)).toBe('webhook_unverified')
  })

  it.each([
    ...['1e400', '-1e400'].map((iat) => JSON.stringify(claims()).replace(`${NOW}`, iat)),
    ...['', 'null', '[]', '7', '"x"', '{'],
  ])('must be in the payload: %#', async (payload) => {
    expect(await refused(jwt(payload))).toBe('webhook_unverified')
  })
})

// Row 199.
describe('an event of another form', () => {
  const inherited = JSON.stringify(envelope())
  it.each([
    ...[undefined, envelope(), 7, [inherited], '', 'canary{', '[]', 'null', '{}'],
    ...[nested('[', ']'), `{"__proto__":${inherited}}`, `{"constructor":{"prototype":${inherited}}}`],
  ])('is malformed with other claims: %#', async (data) => {
    expect(await refused(jwt(claims({ data })))).toBe('webhook_malformed')
  })

  it.each([
    ...[undefined, 1].map((eventType) => ({ eventType })),
    ...[undefined, [INSTANCE_ID]].map((instanceId) => ({ instanceId })),
    ...[undefined, { appId: APP_ID }, '{', '[]', nested('[', ']')].map((data) => ({ data })),
    ...[{ wixUserId: 'user' }, 'user', '[]'].map((identity) => ({ identity })),
  ])('is malformed with another member: %#', async (changes) => {
    expect(await refused(eventOf(envelope(changes)))).toBe('webhook_malformed')
  })
})

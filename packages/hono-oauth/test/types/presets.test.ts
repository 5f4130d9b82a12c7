import { type Connection, type DetailsOf, otherScope } from 'hono-oauth'
import { oauth2 } from 'hono-oauth/providers/oauth2'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { defineProvider } from '../../src/providers/kit.ts'
import { mailchimp } from '../../src/providers/presets/mailchimp.ts'
import { quickbooks } from '../../src/providers/presets/quickbooks.ts'
import { strava } from '../../src/providers/presets/strava.ts'
import { vercel } from '../../src/providers/presets/vercel.ts'
import { zoho } from '../../src/providers/presets/zoho.ts'

const app = { clientId: 'a', clientSecret: 'b' }
const server = {
  authorizationEndpoint: 'https://login.example.com/authorize',
  tokenEndpoint: 'https://login.example.com/token',
  apiOrigins: ['https://api.example.com'],
} as const

type DetailsFrom<P extends (...settings: never[]) => unknown> = keyof DetailsOf<ReturnType<P>>

// The compiler is the test: `tsc` fails when one of these lines stops or starts to compile.
describe('the types of presets', () => {
  it('know the details, whether the preset is data, derived, or has settings of its own', () => {
    expectTypeOf<DetailsFrom<typeof quickbooks>>().toEqualTypeOf<'realmId'>()
    expectTypeOf<DetailsFrom<typeof zoho>>().toEqualTypeOf<'accountsServer' | 'apiDomain'>()
    const own = oauth2({ ...app, ...server, scopes: ['a'], details: { team: 'token.team.id' } })
    expectTypeOf<keyof DetailsOf<typeof own>>().toEqualTypeOf<'team'>()
    const read = (connection: Connection<{ id: string; name: null }, DetailsOf<typeof own>>) => {
      // @ts-expect-error no such detail
      connection.details.teem
      return connection.details.team
    }
    expectTypeOf(read).returns.toEqualTypeOf<string | undefined>()
  })

  it('keep the details and the settings of a preset that another one is made from', () => {
    const branded = defineProvider(quickbooks, {
      details: { company: 'userinfo.CompanyInfo.CompanyName' },
      apiHeaders: { 'x-app': 'ours' },
    })
    expectTypeOf<DetailsFrom<typeof branded>>().toEqualTypeOf<'realmId' | 'company'>()
    branded({ ...app, sandbox: true })
    // @ts-expect-error no such setting
    expect(() => branded({ ...app, sandBox: true })).toThrow('sandBox')
    // @ts-expect-error the slug is missing
    expect(() => defineProvider(vercel, { refreshTokens: 'none' })(app)).toThrow('slug')
  })

  it('know the scopes', () => {
    strava({ ...app, scopes: ['read', 'activity:write', otherScope('segments:read')] })
    // @ts-expect-error misspelt
    strava({ ...app, scopes: ['activity:wirte'] })
    // @ts-expect-error Mailchimp has no scopes
    mailchimp({ ...app, scopes: ['read'] })
    // An open set takes others.
    zoho({ ...app, scopes: ['ZohoMail.messages.READ'] })
    // @ts-expect-error still one of the base's
    defineProvider(strava, { scopes: ['activity:wirte'] })
  })

  it('refuse what does not exist', () => {
    // @ts-expect-error no such setting
    expect(() => strava({ ...app, callbackPath: '/here' })).toThrow('callbackPath')
    // @ts-expect-error no such option
    expect(() => oauth2({ ...app, ...server, callbackPath: '/here' })).toThrow('callbackPath')
    // @ts-expect-error no such option
    defineProvider(oauth2, { ...server, tokenUrl: 'https://login.example.com/token' })
    // @ts-expect-error no such option
    defineProvider(strava, { tokenUrl: 'https://login.example.com/token' })
    // @ts-expect-error no such source
    defineProvider(oauth2, { ...server, details: { team: 'response.team.id' } })
    // @ts-expect-error claims are for providers that verify ID tokens
    defineProvider(oauth2, { ...server, account: { id: 'claims.sub' } })
    // @ts-expect-error not a word of the RFCs
    defineProvider(oauth2, { ...server, errors: { gone: 'not_found' } })
    // @ts-expect-error no scope of this provider
    defineProvider(oauth2, { ...server, scopes: ['a'] as 'a'[], scopeAliases: { b: ['a'] } })
    // @ts-expect-error state has one name
    defineProvider(oauth2, { ...server, parameterNames: { state: 's' } })
  })

  it('show hooks the details of their description', () => {
    defineProvider(oauth2, {
      ...server,
      details: { shop: 'login.shop' },
      authorizationResponse: (parameters, { details }) =>
        parameters.get('shop') === details.shop ? parameters : undefined,
    })
    defineProvider(oauth2, {
      ...server,
      details: { shop: 'login.shop' },
      // @ts-expect-error no such detail
      authorizationResponse: (parameters, { details }) => (details.store ? parameters : undefined),
    })
  })
})

import Stripe from 'stripe'
import { describe, expect, it } from 'vitest'
import { startEmulator } from '../../src/vitest.ts'
import { allow, codeOf, errorOf } from './consent.ts'

const emulator = startEmulator({ consent: 'page' })

const client = (key = 'sk_test_stripe') =>
  new Stripe(key, { httpClient: Stripe.createFetchHttpClient(), maxNetworkRetries: 0, telemetry: false })

async function login() {
  const { oauth } = client()
  const callback = await allow(
    oauth.authorizeUrl({
      client_id: 'stripe-client-id',
      scope: 'read_write',
      redirect_uri: 'https://app.example/auth/stripe/callback',
      state: 's',
    }),
  )
  const code = codeOf(callback)
  return { code, callback, ...(await oauth.token({ grant_type: 'authorization_code', code })) }
}

describe("Stripe's own client", () => {
  it('logs in, and asks for the account', async () => {
    const { callback, code, access_token, ...answer } = await login()
    expect(Object.fromEntries(callback.searchParams)).toMatchObject({ scope: 'read_write', state: 's' })
    expect(answer).toMatchObject({ livemode: false, stripe_user_id: 'acct_1ADA', scope: 'read_write' })
    expect(await client(access_token).accounts.retrieveCurrent()).toMatchObject({ id: 'acct_1ADA' })
    const error = await errorOf(client().oauth.token({ grant_type: 'authorization_code', code }))
    expect(error).toBeInstanceOf(Stripe.errors.StripeInvalidGrantError)
  })

  it('gets a token of another scope for a refresh token', async () => {
    const { refresh_token = '' } = await login()
    const answer = await client().oauth.token({ grant_type: 'refresh_token', refresh_token })
    expect(await client(answer.access_token).balance.retrieve()).toMatchObject({ object: 'balance' })
    const error = await errorOf(client().oauth.token({ grant_type: 'refresh_token', refresh_token: 'rt_unknown' }))
    expect(error).toBeInstanceOf(Stripe.errors.StripeInvalidGrantError)
  })

  it('ends the access to an account, once', async () => {
    const { access_token, stripe_user_id = '' } = await login()
    const deauthorize = () => client().oauth.deauthorize({ client_id: 'stripe-client-id', stripe_user_id })
    expect(await deauthorize()).toMatchObject({ stripe_user_id })
    const dead = await errorOf(client(access_token).accounts.retrieveCurrent())
    expect(dead).toBeInstanceOf(Stripe.errors.StripeAuthenticationError)
    expect(await errorOf(deauthorize())).toBeInstanceOf(Stripe.errors.StripeInvalidClientError)
  })

  it.each([
    ['api-401', Stripe.errors.StripeAuthenticationError],
    ['api-403-scope', Stripe.errors.StripePermissionError],
    ['api-429', Stripe.errors.StripeRateLimitError],
  ])('throws its own error for %s', async (scenario, type) => {
    const { access_token } = await login()
    emulator.control.setScenario('stripe', scenario)
    expect(await errorOf(client(access_token).balance.retrieve())).toBeInstanceOf(type)
  })
})

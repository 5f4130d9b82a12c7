import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { Provider } from '../../src/providers/contract.ts'
import { Secret } from '../../src/secret.ts'
import type { Answer } from '../protocol/fake-fetch.ts'
import { refusal } from '../protocol/refusal.ts'
import { LIFETIME, until } from './renewing.ts'
import { authorizing, setup } from './support.ts'

const never: Answer = () => new Promise(() => undefined)
const failingAfter =
  (milliseconds: number): Answer =>
  () =>
    new Promise((_done, fail) => setTimeout(() => fail(new TypeError('dropped')), milliseconds))

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] }))
afterEach(() => void vi.useRealTimers())

/** A connection that is over, at a token endpoint that answers so. */
async function over(...answers: Answer[]) {
  const renew: Provider['renew'] = async (_request, backChannel) => {
    await backChannel.request(new URL('https://provider.example/token'), { method: 'POST' })
    return { accessToken: new Secret('renewed') }
  }
  const authorize = authorizing({ expiresInSeconds: LIFETIME })
  const made = setup({ answers, provider: { authorize, renew } })
  const connection = await made.login('grant', 'first')
  made.clock.now += LIFETIME
  const state = { isDone: false }
  const waiting = refusal(() => connection.accessToken()).finally(() => {
    state.isDone = true
  })
  /** Lets the time pass until so many requests were sent, or it is over. */
  const sentOrDone = (count: number) => until(() => made.sent.length >= count || state.isDone)
  return { ...made, waiting, state, sentOrDone }
}

it('asks a provider that hangs no second time: it would have less time than it had', async () => {
  const { waiting, sent, sentOrDone, pauses } = await over(never, never)
  await sentOrDone(1)
  await vi.advanceTimersByTimeAsync(10_000)
  const error = await waiting
  expect([error.code, sent.length, pauses]).toEqual(['temporarily_unavailable', 1, []])
  expect(error.cause).toMatchObject({ code: 'provider_timeout' })
})

it('takes no more than fifteen seconds for all tries together', async () => {
  const { waiting, sent, state, sentOrDone } = await over(
    failingAfter(4000),
    failingAfter(4000),
    never,
  )
  for (const count of [1, 2]) {
    await sentOrDone(count)
    await vi.advanceTimersByTimeAsync(4000)
  }
  await sentOrDone(3)
  await vi.advanceTimersByTimeAsync(6999)
  expect([sent.length, state.isDone]).toEqual([3, false])
  await vi.advanceTimersByTimeAsync(1)
  const error = await waiting
  expect(error.code).toBe('temporarily_unavailable')
  expect(error.cause).toMatchObject({ code: 'provider_timeout' })
})

import { describe, expect, it } from 'vitest'
import { connected, createWorld, outcomeOf } from './fixture.ts'

const MARKS = { prefix: 'states/' }
/** How long a state is remembered, in seconds. */
const REMEMBERED = 1200

const codesSent = ({ sent }: ReturnType<typeof createWorld>) =>
  sent.filter(({ form }) => form.get('grant_type') === 'authorization_code').length

describe.each(['swap', 'object'] as const)('the code of one login, over %s', (kind) => {
  it('is sent once, though two isolates get its callback at the same time', async () => {
    const world = createWorld({ kind })
    const isolates = [world, world.isolate()]
    const outcomes = await Promise.all(isolates.map(({ login }) => outcomeOf(login({ state: 'same' }))))
    expect(outcomes).toEqual([expect.objectContaining({ provider: 'example' }), 'transaction_unknown'])
    expect([codesSent(world), world.alive()]).toEqual([1, [true]])
  })

  it('is not sent when the callback comes again to another isolate within the time of a login', async () => {
    const world = createWorld({ kind })
    await world.login({ state: 'same' })
    world.clock.advance(REMEMBERED - 1)
    expect(await outcomeOf(world.isolate().login({ state: 'same' }))).toBe('transaction_unknown')
    expect(codesSent(world)).toBe(1)
    expect(world.written[0]).toEqual({
      key: expect.stringMatching(/^states\/[\w-]{32}$/),
      options: { ttlSeconds: REMEMBERED },
    })
  })

  it('is not sent without its mark, and nothing is revoked', async () => {
    const world = await connected({ kind })
    world.faults.fail('compareAndSwap', MARKS)
    expect(await outcomeOf(world.login())).toBe('store_unavailable')
    expect([codesSent(world), world.alive()]).toEqual([1, [true]])
  })

  it('is sent with a mark that was written though the store failed', async () => {
    const world = createWorld({ kind })
    world.faults.failAfter('compareAndSwap', { ...MARKS, times: 1 })
    await world.login({ state: 'same' })
    expect(await outcomeOf(world.isolate().login({ state: 'same' }))).toBe('transaction_unknown')
    expect(codesSent(world)).toBe(1)
  })
})

it('over Workers KV no state is marked', async () => {
  const world = createWorld({ kind: 'kv' })
  await world.login()
  expect(world.operations.filter((each) => each.includes('states/'))).toEqual([])
})

import { describe, expect, it } from 'vitest'
import type { ConnectionHome } from '../../src/connections/home.ts'
import type { ConnectionRecord } from '../../src/connections/record.ts'
import { runtimeError } from './fake-namespace.ts'
import { START, setup, standStill } from './setup.ts'

standStill()

const KEY = 'connections/p/ada'
const MOVED = { retryable: true }
type Made = ReturnType<typeof setup>

const REPEATABLE: Record<string, (made: Made, record: ConnectionRecord) => Promise<unknown>> = {
  get: ({ store }) => store.get(KEY),
  put: ({ store }) => store.put(KEY, 'value'),
  list: ({ store }) => store.list(KEY),
  delete: ({ store }) => store.delete(KEY),
  renew: ({ home, address }, record) => home.renew(address(), record, 'refused'),
}

describe('what may be done twice', () => {
  it.each(Object.entries(REPEATABLE))(
    'is done again when nobody knows what became of it: %s',
    async (name, call) => {
      const made = setup()
      const record = await made.connect('one')
      made.namespace.stubs = 0
      made.namespace.failAfter(runtimeError(MOVED))
      await call(made, record)
      expect(made.namespace.stubs).toBe(2)
      expect(made.object.calls.slice(1)).toEqual([name, name])
    },
  )

  it('renews once, and gives what was won', async () => {
    const { namespace, connect, home, address, p } = setup()
    const record = await connect('one')
    namespace.failAfter(runtimeError(MOVED))
    namespace.failAfter(runtimeError(MOVED))
    const renewed = await home.renew(address(), record, 'refused')
    expect(renewed.accessToken.reveal()).toBe('access-1')
    expect(p.asked('renew')).toHaveLength(1)
  })
})

type Change = (home: ConnectionHome, made: Made, record: ConnectionRecord) => unknown

const CHANGES: Record<string, Change> = {
  complete: (_home, { connect }) => connect('two'),
  accept: (_home, { accept }) => accept('two'),
  disconnect: (home, { address }, { id }) => home.disconnect(address(), id),
  endGrant: (home, { address }, { grantId }) => home.endGrant(address(), grantId, START),
  condemn: (home, { address }, record) => home.condemn(address(), record),
  compareAndSwap: (_home, { store }) => store.compareAndSwap?.('connections/x/ada', null, 'value'),
}

describe.each(Object.entries(CHANGES))('what is done once: %s', (name, change) => {
  it.each(['before', 'after'])('is not done again when it fails %s', async (when) => {
    const made = setup()
    const record = await made.connect('one')
    made.namespace.stubs = 0
    if (when === 'before') made.namespace.fail(runtimeError(MOVED))
    else made.namespace.failAfter(runtimeError(MOVED))
    const refusal = { code: 'store_unavailable', status: 503, retryAfterSeconds: 5 }
    await expect(change(made.home, made, record)).rejects.toMatchObject(refusal)
    expect(made.namespace.stubs).toBe(1)
    expect(made.object.calls.slice(1)).toEqual(when === 'before' ? [] : [name])
  })
})

import { durableObjectStore } from '../../src/durable-object/store.ts'
import { createOAuth } from '../../src/middleware/create-oauth.ts'
import { memoryStore } from '../../src/stores/memory.ts'
import { keyText } from '../crypto/keys.ts'
import { testStore } from '../stores/store-suite.ts'
import { FakeNamespace } from './fake-namespace.ts'
import { fakeProvider } from './fake-provider.ts'
import { ORIGIN } from './setup.ts'

// The names of the suite's keys mean nothing: one object keeps them all, or its lists would be split.
testStore('durableObjectStore over one object', (options) => {
  const { provider } = fakeProvider()
  const namespace = new FakeNamespace(
    createOAuth(() => ({
      origin: ORIGIN,
      keys: keyText('objects'),
      providers: { p: provider },
      store: memoryStore(),
      now: options?.now,
    })),
  )
  return durableObjectStore({
    idFromName: () => namespace.idFromName('one'),
    get: (id) => namespace.get(id),
  })
})

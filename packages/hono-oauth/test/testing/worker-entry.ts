import { memoryStore } from 'hono-oauth/stores/memory'
import { fakeClock, faultyStore, seededRandom, workersKv } from 'hono-oauth/testing'

/** Uses every double once, in workerd. */
export default {
  async fetch(): Promise<Response> {
    const clock = fakeClock()
    const kv = workersKv({ now: clock.now, random: seededRandom(1) })
    const [fra, syd] = [kv.location('fra'), kv.location('syd')]
    const before = await syd.get('key')
    await fra.put('key', 'value')
    const refused = await fra.put('key', 'other').catch(String)
    clock.advance(60)
    const after = await syd.get('key')

    const { store, faults } = faultyStore(memoryStore())
    const fault = faults.hang('put')
    const written = store.put('key', 'value')
    const during = await store.get('key')
    fault.release()
    await written
    return Response.json([before, refused, after, during, await store.get('key')])
  },
}

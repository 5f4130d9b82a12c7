import { expect, it } from 'vitest'
import { openNode } from '../rig/hosts.ts'
import { createRig } from '../rig/rig.ts'
import { harmOf } from './harmless.ts'

const QUERIES = ['return_to=/a&return_to=//evil.example', 'return_to=//evil.example&return_to=/a']
it.each([...QUERIES, 'return_to[]=//evil.example', 'return_to', 'Return_To=//evil.example'])(
  'a login ends in this app: ?%s',
  async (query) => {
    const rig = await createRig(openNode)
    const landed = await rig.connect(rig.browser(), `/auth/webflow/login?${query}`)
    const app = { origin: 'https://app.example', authPath: '/auth' }
    expect(await harmOf(landed.headers.get('location') ?? '', app)).toBeUndefined()
    await rig.dispose()
  },
)

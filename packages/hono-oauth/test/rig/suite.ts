import { afterAll, afterEach, beforeAll, beforeEach, describe, onTestFinished } from 'vitest'
import { expectAlways } from './always.ts'
import { HOSTS, nodeHost, openNode } from './hosts.ts'
import { createRig, type Rig } from './rig.ts'

/** A rig in Node, which ends with its test; it takes what `nodeHost` takes. */
export async function nodeRig(...settings: Parameters<typeof nodeHost>) {
  const rig = await createRig(nodeHost(...settings))
  onTestFinished(() => rig.dispose())
  return rig
}

/** The right answers of 500 and more, where a test does not say which of them is meant. */
const FAILURES = [500, 502, 503, 504]

/** A rig in Node for one file; what must always hold is judged after its last test. */
export async function judgedRig() {
  const rig = await createRig(openNode)
  afterAll(async () => {
    await expectAlways(rig, [])
    await rig.dispose()
  })
  return rig
}

/**
 * Tests that run in Node and in workerd, on one rig for each; what must always hold is judged after each.
 *
 * @param define - gets the rig's holder: the rig is made before the first test
 */
export function describeOnHosts(title: string, define: (on: { readonly rig: Rig }) => void): void {
  describe.each(HOSTS)(`${title} in %s`, (_name, open) => {
    let rig: Rig
    beforeAll(async () => {
      rig = await createRig<Rig['place']>(open)
    })
    beforeEach(() => rig.begin())
    afterEach(() => expectAlways(rig, FAILURES))
    afterAll(() => rig.dispose())
    define({
      get rig() {
        return rig
      },
    })
  })
}

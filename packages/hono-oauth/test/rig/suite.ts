import { afterAll, afterEach, beforeAll, beforeEach, describe } from 'vitest'
import { expectAlways } from './always.ts'
import { HOSTS } from './hosts.ts'
import { createRig, type Rig } from './rig.ts'

/** The right answers of 500 and more, where a test does not say which of them is meant. */
const FAILURES = [500, 502, 503, 504]

/**
 * Tests that run in Node and in workerd, on one rig for each; what must always hold is judged after each.
 *
 * @param define - gets the rig's holder: the rig is made before the first test
 */
export function describeOnHosts(
  title: string,
  define: (on: { readonly rig: Rig; readonly browser: Rig['browser'] }) => void,
): void {
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
      browser: (user) => rig.browser(user),
    })
  })
}

import { type Person, PLATFORMS } from './support/person.ts'
import { type State, testStates } from './support/state.ts'

/** The states of a card whose platform does not answer as it should. */
const CONTROL_NAMES = { webflow: 'webflow', wix: 'wix', example: 'oauth.example' } as const
const NAMES = ['webflow', 'wix', 'example'] as const

const scenario = (person: Person, name: keyof typeof CONTROL_NAMES, fault: string, times?: number) =>
  person.rig.emulator.control.setScenario(CONTROL_NAMES[name], fault, times)

const broken = NAMES.flatMap((name): readonly State[] => {
  const { title, who, api } = PLATFORMS[name]
  const connectedWith = async (person: Person, fault: string) => {
    await person.connect(name)
    scenario(person, name, fault)
    await person.open()
  }
  return [
    {
      name: `${name}-slow`,
      async arrange(person) {
        // One that is not slow, beside it.
        await person.connect(name, name === 'webflow' ? 'wix' : 'webflow')
        person.rig.hold(api)
        const start = performance.now()
        await person.open()
        const waited = performance.now() - start
        if (waited > 4000) throw new Error(`The page took ${waited} ms.`)
      },
      says: [who, `${title} has not answered within two seconds. Your connection is kept.`],
      badges: ['Not reachable', 'Working'],
      action: 'Try again',
    },
    {
      name: `${name}-down`,
      arrange: (person) => connectedWith(person, 'api-500'),
      says: [who, `${title} isn't available right now. Your connection is kept.`],
      badges: ['Not reachable'],
      action: 'Try again',
    },
    {
      name: `${name}-limited`,
      arrange: (person) => connectedWith(person, 'api-429'),
      says: [who, new RegExp(`${title} asks us to wait until .* CES?T`)],
      badges: ['Not reachable'],
      action: 'Try again',
    },
  ]
})

const ended: readonly State[] = [
  {
    name: 'webflow-ended',
    async arrange(person) {
      await person.connect('webflow')
      scenario(person, 'webflow', 'api-401')
      await person.open()
    },
    says: ['Ada Example', 'Webflow does not accept this access any more'],
    badges: ['Needs sign-in'],
    action: 'Sign in again',
    isMain: true,
  },
  {
    name: 'webflow-connected-again',
    async arrange(person) {
      await person.connect('webflow')
      scenario(person, 'webflow', 'api-401')
      await person.open()
      person.rig.emulator.control.clearScenarios()
      // The app counts in seconds: a sign-in of the same second is no second one.
      await person.page.waitForTimeout(1000)
      await person.follow(/^Sign in again/)
      await person.answer('webflow')
    },
    status: 'Webflow is connected again as Ada Example.',
    badges: ['Working'],
  },
  {
    name: 'example-dead-grant',
    async arrange(person) {
      await person.connect('example')
      endGrants(person)
      await person.open()
    },
    says: ['Ada Example', 'OAuth Example does not accept this access any more'],
    badges: ['Needs sign-in'],
    action: 'Sign in again',
  },
  {
    name: 'another-account',
    async arrange(person) {
      await person.connect('example')
      endGrants(person)
      await person.open()
      await person.follow(/^Sign in again/)
      await person.answer('example', 'allow', /Grace/)
    },
    status: 'You signed in to OAuth Example with another account, ',
    says: ['Ada Example still needs a sign-in'],
    badges: ['Needs sign-in', 'Working'],
    action: 'Sign in again',
  },
  {
    name: 'wix-removed',
    async arrange(person) {
      await person.connect('wix')
      const { control } = person.rig.emulator
      const [instance] = control.wix.instances()
      control.advance(5)
      await control.wix.remove(String(instance?.instanceId), { notify: `${person.rig.origin}/auth/wix/webhook` })
      await person.open()
    },
    says: ['Nothing is connected yet', 'Wix, Mysite 34: access ended at Wix'],
    badges: [],
  },
  {
    name: 'wix-ended',
    async arrange(person) {
      await person.connect('wix')
      const { control } = person.rig.emulator
      const [instance] = control.wix.instances()
      // Wix removes the app, and its webhook does not arrive.
      await control.wix.remove(String(instance?.instanceId))
      await person.open()
    },
    says: ['Mysite 34', 'Wix does not accept this access any more'],
    badges: ['Needs sign-in'],
    action: 'Sign in again',
  },
]

const permission: readonly State[] = [
  {
    name: 'webflow-permission',
    async arrange(person) {
      scenario(person, 'webflow', 'authorize-with-fewer-scopes', 1)
      await person.connect('webflow')
      await person.open()
    },
    says: ['You did not allow this app all that it needs at Webflow. What is missing: See your sites.'],
    badges: ['Missing permission'],
    action: 'Allow it',
    isMain: true,
  },
  {
    name: 'webflow-permission-allowed',
    async arrange(person) {
      scenario(person, 'webflow', 'authorize-with-fewer-scopes', 1)
      await person.connect('webflow')
      await person.page.waitForTimeout(1000)
      await person.follow(/^Allow it/)
      await person.answer('webflow')
    },
    status: 'Webflow is connected again as Ada Example.',
    says: ['Acme Bakery'],
    badges: ['Working'],
  },
  {
    name: 'example-permission',
    async arrange(person) {
      await person.connect('example')
      scenario(person, 'example', 'api-403-scope')
      await person.open()
    },
    badges: ['Missing permission'],
    action: 'Allow it',
  },
  {
    name: 'webflow-forbidden',
    async arrange(person) {
      await person.connect('webflow')
      scenario(person, 'webflow', 'api-403-forbidden')
      await person.open()
    },
    says: ['the account needs a different role'],
    badges: ['Missing permission'],
  },
]

const renewed: readonly State[] = [
  {
    name: 'example-renewed',
    async arrange(person) {
      scenario(person, 'example', 'token-expires-in-1s', 1)
      await person.connect('example')
      await person.openUntil('access renewed')
    },
    says: ['OAuth Example, Ada Example: access renewed'],
    badges: ['Working'],
  },
  {
    name: 'example-retrying',
    async arrange(person) {
      scenario(person, 'example', 'token-expires-in-1s')
      await person.connect('example')
      scenario(person, 'example', 'token-endpoint-503')
      await person.openUntil("Can't refresh, retrying")
    },
    says: ['Ada Example', 'The connection is kept, and we try again by ourselves'],
    badges: ["Can't refresh, retrying"],
    rig: {},
    action: 'Try again',
  },
]

function endGrants(person: Person): void {
  const { oauthExample } = person.rig.emulator.control
  for (const { id } of oauthExample.grants()) oauthExample.revokeGrant(id)
}

testStates([...broken, ...ended, ...permission, ...renewed])

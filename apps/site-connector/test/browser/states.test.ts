import { LONG_NAMES } from './support/long-names.ts'
import { PLATFORMS, type PlatformName } from './support/person.ts'
import { type State, testStates } from './support/state.ts'

const ALL = Object.keys(PLATFORMS) as PlatformName[]
const MAIN = ['webflow', 'wix', 'wix-legacy', 'example'] as const
// Clients of the emulator that are there by default.
const MORE = {
  GITHUB_CLIENT_ID: 'github-client-id',
  GITHUB_CLIENT_SECRET: 'github-client-secret',
  GOOGLE_CLIENT_ID: 'google-client-id',
  GOOGLE_CLIENT_SECRET: 'google-client-secret',
}

const callbackOf = (name: PlatformName) => new RegExp(`/auth/${name}/callback`)

const connected: readonly State[] = [
  {
    name: 'nothing-connected',
    arrange: (person) => person.open(),
    says: ['Nothing is connected yet', 'Connect an account', 'For developers'],
    hides: ['Activity', 'Disconnect all', 'GitHub'],
    badges: [],
    isMain: true,
  },
  ...MAIN.map((name): State => {
    const { title, who } = PLATFORMS[name]
    return {
      name: `${name}-connected`,
      arrange: (person) => person.connect(name),
      status: `${title} is connected as ${who}.`,
      says: [/Connected \d+ \w+ \d{4}, \d\d:\d\d CES?T/, /Last checked .* CES?T/, `${title}, ${who}: connected`],
      badges: ['Working'],
    }
  }),
  {
    name: 'all-connected',
    arrange: (person) => person.connect(...ALL),
    status: 'Google is connected as Ada Lovelace.',
    badges: ALL.map(() => 'Working'),
    isMain: true,
    rig: { bindings: MORE },
  },
  {
    name: 'long-names',
    arrange: (person) => person.connect('webflow', 'wix', 'example'),
    status: 'OAuth Example is connected as',
    badges: ['Working', 'Working', 'Working'],
    rig: { fixtures: LONG_NAMES },
  },
]

const refused: readonly State[] = [
  ...(['webflow', 'wix-legacy', 'example'] as const).map(
    (name): State => ({
      name: `${name}-denied`,
      async arrange(person) {
        await person.ask(name)
        await person.answer(name, 'deny')
      },
      status: `${PLATFORMS[name].title} is not connected. You did not allow the connection.`,
      badges: [],
      action: 'Start again',
      rig: { wix: { permissionDeny: 'redirect-with-error' } },
    }),
  ),
  {
    name: 'wix-denied',
    // Wix has a page of its own for that, which leads back.
    async arrange(person) {
      await person.ask('wix')
      await person.answer('wix', 'deny')
      await person.follow('Back to Site Connector')
    },
    says: ['Nothing is connected yet'],
    badges: [],
  },
  {
    name: 'denied-on-the-way',
    // The person wanted to see another page of the app.
    async arrange(person) {
      await person.open('/api/webflow/sites')
      await person.follow('Connect Webflow')
      await person.answer('webflow', 'deny')
    },
    status: 'Webflow is not connected. You did not allow the connection.',
    action: 'Start again',
  },
  {
    name: 'denied-second-account',
    async arrange(person) {
      await person.connect('webflow')
      await person.ask('webflow')
      await person.answer('webflow', 'deny')
    },
    status: 'Nothing has changed: Webflow is connected as Ada Example. You did not allow the connection.',
    badges: ['Working'],
    action: 'Start again',
  },
  {
    name: 'sign-in-expired',
    async arrange(person) {
      await person.ask('webflow')
      // A browser drops the cookie of a sign-in after twenty minutes.
      await person.context.clearCookies({ name: /oauth-tx-/ })
      await person.answer('webflow')
    },
    status: 'Webflow is not connected. This sign-in is finished already, or began in another browser',
    action: 'Start again',
  },
  {
    name: 'code-expired',
    async arrange(person) {
      person.rig.emulator.control.setScenario('oauth.example', 'token-endpoint-invalid-grant')
      await person.connect('example')
    },
    status: 'OAuth Example is not connected. OAuth Example did not accept this sign-in',
    action: 'Start again',
  },
  {
    name: 'webflow-down-at-sign-in',
    async arrange(person) {
      person.rig.emulator.control.setScenario('webflow', 'token-endpoint-503')
      await person.connect('webflow')
    },
    status: 'Webflow is not connected. Webflow is not available right now',
    action: 'Start again',
    rig: {},
  },
  ...(['webflow', 'wix', 'example'] as const).map(
    (name): State => ({
      name: `${name}-callback-reloaded`,
      async arrange(person) {
        const callback = person.page.waitForRequest(callbackOf(name))
        await person.connect(name)
        await person.open((await callback).url())
      },
      status: `That sign-in is done already: ${PLATFORMS[name].title} is connected as ${PLATFORMS[name].who}.`,
      badges: ['Working'],
    }),
  ),
]

testStates([...connected, ...refused])

import { type Person, PLATFORMS } from './support/person.ts'
import { type State, testStates } from './support/state.ts'

const ENDS = 'This app forgets the account at once'
const disconnected = async (person: Person, name: keyof typeof PLATFORMS) => {
  await person.connect(name)
  await person.disconnect(name)
}

const single: readonly State[] = [
  {
    name: 'disconnect-asks',
    async arrange(person) {
      await person.connect('webflow')
      await person.open()
      await person.press('Disconnect Webflow, Ada Example')
    },
    says: ['Disconnect Webflow, Ada Example?', ENDS],
    action: 'Yes, disconnect Webflow, Ada Example',
    isMain: true,
  },
  {
    name: 'disconnect-page',
    async arrange(person) {
      await person.connect('webflow')
      const link = person.page.locator('a[href^="/disconnect/"]')
      await person.open((await link.getAttribute('href')) ?? '')
    },
    says: ['Disconnect Webflow, Ada Example?', ENDS],
    action: 'Yes, disconnect Webflow, Ada Example',
  },
  ...(['webflow', 'example'] as const).map((name): State => {
    const { title, who } = PLATFORMS[name]
    return {
      name: `${name}-disconnected`,
      arrange: (person) => disconnected(person, name),
      status: `${who} is disconnected. ${title} ended the access.`,
      says: [`${title}, ${who}: disconnected`],
      badges: [],
    }
  }),
  ...(['wix', 'wix-legacy'] as const).map(
    (name): State => ({
      name: `${name}-disconnected`,
      arrange: (person) => disconnected(person, name),
      status: 'Mysite 34 is disconnected. The app is still installed at Wix',
      says: ['Manage Apps', 'Mysite 34: disconnected here only'],
      badges: [],
    }),
  ),
  {
    name: 'webflow-disconnect-pending',
    async arrange(person) {
      person.rig.emulator.control.setScenario('webflow', 'revoke-503')
      await disconnected(person, 'webflow')
    },
    status: 'Ada Example is disconnected. Webflow did not answer; we keep asking for six days.',
    rig: {},
    says: ['Webflow is still asked'],
    badges: [],
  },
  {
    name: 'example-disconnect-slow',
    async arrange(person) {
      person.rig.emulator.control.setScenario('oauth.example', 'revoke-slow')
      await person.connect('example')
      const start = performance.now()
      await person.disconnect('example')
      const waited = performance.now() - start
      if (waited > 4000) throw new Error(`The disconnect took ${waited} ms.`)
    },
    status: 'Ada Example is disconnected. OAuth Example did not answer; we keep asking for six days.',
    rig: {},
    badges: [],
  },
]

const all: readonly State[] = [
  {
    name: 'disconnect-all-asks',
    async arrange(person) {
      await person.connect('webflow', 'example')
      await person.follow('Disconnect all')
    },
    says: ['Disconnect all accounts?', 'Webflow, Ada Example', 'OAuth Example, Ada Example', ENDS],
    action: 'Yes, disconnect all',
  },
  {
    name: 'disconnected-all',
    async arrange(person) {
      await person.connect('webflow', 'wix', 'example')
      await person.follow('Disconnect all')
      await person.submit('Yes, disconnect all')
    },
    status: 'All accounts are disconnected here',
    says: ['Nothing is connected yet'],
    badges: [],
    isMain: true,
  },
  {
    name: 'nothing-to-disconnect',
    arrange: (person) => person.open('/disconnect'),
    status: 'There was nothing to disconnect.',
  },
  {
    name: 'signed-out',
    async arrange(person) {
      await person.connect('webflow')
      await person.submit('Sign out')
    },
    status: 'You are signed out.',
    hides: ['Activity'],
    badges: [],
  },
  {
    name: 'activity',
    async arrange(person) {
      for (let round = 0; round < 5; round++) await disconnected(person, 'example')
      await person.connect('webflow')
    },
    says: ['Activity', 'Webflow, Ada Example: connected', 'OAuth Example, Ada Example: disconnected'],
    status: 'Webflow is connected as Ada Example.',
  },
]

const pages: readonly State[] = [
  {
    name: 'setup-complete',
    arrange: (person) => person.open('/setup'),
    says: ['Everything is set up'],
    isMain: true,
  },
  {
    name: 'setup-incomplete',
    arrange: (person) => person.open('/setup'),
    says: ['To do: 4 of', 'OAUTH_KEYS is missing', 'openssl rand -base64 32', 'Missing: WIX_APP_SECRET'],
    rig: { bindings: { OAUTH_KEYS: undefined, WIX_APP_SECRET: undefined, PUBLIC_ORIGIN: 'http://localhost:1' } },
  },
  {
    name: 'not-set-up',
    arrange: (person) => person.open(),
    says: ['This app is not set up correctly', 'keys is missing', 'See what is missing'],
    rig: { bindings: { OAUTH_KEYS: '' } },
  },
  { name: 'not-found', arrange: (person) => person.open('/nowhere'), says: ['There is no such page'], isMain: true },
  {
    name: 'error-unknown-platform',
    arrange: (person) => person.open('/auth/nowhere/login'),
    says: ['This app has no such provider'],
  },
  {
    name: 'error-not-connected',
    arrange: (person) => person.open('/api/webflow/sites'),
    says: ['There is no connection yet'],
    action: 'Connect Webflow',
    isMain: true,
  },
]

testStates([...single, ...all, ...pages])

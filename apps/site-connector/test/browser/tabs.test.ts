import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, type ExpectStatic, it } from 'vitest'
import { Person } from './support/person.ts'
import { browserIsThere, type Rig, startRig } from './support/rig.ts'

let rig: Rig
beforeAll(async () => {
  if (browserIsThere) rig = await startRig()
})
afterAll(async () => rig?.[Symbol.asyncDispose]())

const cardsOf = ({ page }: Person) => page.locator('article h2').allTextContents()

async function expectCards(expect: ExpectStatic, person: Person, ...names: readonly string[]): Promise<void> {
  await person.open()
  expect((await cardsOf(person)).map((text) => text.replace(/\s+/g, ' ').trim()).sort()).toEqual(names)
}

/** A page of another origin, as the dashboard of a platform. */
async function serveDashboard(body: string) {
  const server = createServer((_request, response) => response.setHeader('content-type', 'text/html').end(body))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}/`,
    [Symbol.dispose]: () => void server.close(),
  }
}

describe.runIf(browserIsThere)('two tabs', () => {
  for (const order of ['the first tab first', 'the second tab first'] as const) {
    const inOrder = (first: Person, second: Person) =>
      order === 'the first tab first' ? [first, second] : [second, first]

    for (const [other, cards] of [
      ['webflow', ['Webflow Ada Example']],
      ['wix', ['Webflow Ada Example', 'Wix Mysite 34']],
    ] as const) {
      it(`finish sign-ins at webflow and ${other}, ${order}`, async ({ expect, onTestFinished }) => {
        onTestFinished(() => rig.reset())
        const first = await Person.in(rig)
        const second = await first.otherTab()
        const asked = new Map([
          [first, 'webflow'],
          [second, other],
        ] as const)
        for (const [person, name] of asked) await person.ask(name)
        for (const person of inOrder(first, second)) {
          const name = asked.get(person) ?? 'webflow'
          await person.answer(name)
          expect(await person.page.getByRole('status').textContent()).toMatch(/is connected/)
        }
        await expectCards(expect, first, ...cards)
      })
    }
  }

  it('disconnect the same account: the second one is told', async ({ expect, onTestFinished }) => {
    onTestFinished(() => rig.reset())
    const first = await Person.in(rig)
    await first.connect('webflow')
    const second = await first.otherTab()
    await second.open()
    await first.disconnect('webflow')
    await second.disconnect('webflow')
    expect(await second.page.getByRole('heading', { level: 1 }).textContent()).toBe('This connection does not exist')
    await second.follow('Back to your accounts')
    await expectCards(expect, second)
  })
})

describe.runIf(browserIsThere)('the back button', () => {
  it('after a sign-in leads to a consent that changes nothing', async ({ expect, onTestFinished }) => {
    onTestFinished(() => rig.reset())
    const person = await Person.in(rig)
    await person.connect('webflow')
    await person.page.goBack()
    await person.answer('webflow')
    expect(await person.page.getByRole('status').textContent()).toContain('That sign-in is done already')
    await expectCards(expect, person, 'Webflow Ada Example')
  })

  it('after a disconnect shows no account', async ({ expect, onTestFinished }) => {
    onTestFinished(() => rig.reset())
    const person = await Person.in(rig)
    await person.connect('webflow')
    await person.open()
    await person.disconnect('webflow')
    await person.page.goBack()
    expect(await cardsOf(person)).toEqual([])
  })
})

it.runIf(browserIsThere)('asks by the keyboard before a disconnect', async ({ expect, onTestFinished }) => {
  onTestFinished(() => rig.reset())
  const person = await Person.in(rig)
  await person.connect('webflow')
  const { page } = person
  const question = page.getByRole('dialog')
  const ask = page.getByRole('button', { name: 'Disconnect Webflow, Ada Example', exact: true })
  for (let tabs = 0; tabs < 10 && !(await ask.evaluate((button) => button.matches(':focus'))); tabs++) {
    await page.keyboard.press('Tab')
  }
  await page.keyboard.press('Enter')
  expect(await question.isVisible()).toBe(true)
  await page.keyboard.press('Escape')
  expect(await question.isVisible()).toBe(false)
  await page.keyboard.press('Enter')
  await page.keyboard.press('Tab')
  await Promise.all([page.waitForEvent('load'), page.keyboard.press('Enter')])
  expect(await page.getByRole('status').textContent()).toContain('Ada Example is disconnected.')
})

describe.runIf(browserIsThere)('in the dashboard of Wix', () => {
  it('the consent window closes itself, and the account is connected', async ({ expect, onTestFinished }) => {
    onTestFinished(() => rig.reset())
    const { location = '' } = rig.emulator.control.wix.install()
    using dashboard = await serveDashboard(`<button onclick="window.open('${location}')">Set up</button>`)
    const person = await Person.in(rig, await rig.visitor({ javaScriptEnabled: true }))
    await person.open(dashboard.url)
    const [consent] = await Promise.all([person.context.waitForEvent('page'), person.press('Set up')])
    const closed = consent.waitForEvent('close')
    await consent.getByRole('button', { name: 'Allow', exact: true }).click()
    await closed
    await expectCards(expect, person, 'Wix, custom authentication Mysite 34')
  })

  it('a frame may hold the sign-in, but not the accounts', async ({ expect }) => {
    await using quiet = await startRig({ consent: 'auto' })
    const { location = '' } = quiet.emulator.control.wix.install()
    const person = await Person.in(quiet)
    for (const address of [location, quiet.origin]) {
      using dashboard = await serveDashboard(`<iframe src="${address}"></iframe>`)
      await person.open(dashboard.url)
      // Chromium shows an error page for what may not be framed: the last page of Wix, and ours.
      await expect
        .poll(() => person.page.frames().map((frame) => frame.url()), { timeout: 20_000 })
        .toEqual([dashboard.url, 'chrome-error://chromewebdata/'])
    }
    await expectCards(expect, person, 'Wix, custom authentication Mysite 34')
  })
})

import type { BrowserContext, Locator, Page } from 'playwright-core'
import type { Rig } from './rig.ts'

/** The platforms of the page: the text of the link, the emulator's button that allows, and the account there. */
export const PLATFORMS = {
  webflow: { title: 'Webflow', allow: 'Allow', deny: 'Deny', who: 'Ada Example', api: 'api.webflow.com' },
  wix: { title: 'Wix', allow: 'Install', deny: 'Cancel', who: 'Mysite 34', api: 'www.wixapis.com' },
  'wix-legacy': {
    title: 'Wix, custom authentication',
    allow: 'Allow',
    deny: 'Deny',
    who: 'Mysite 34',
    api: 'www.wixapis.com',
  },
  example: { title: 'OAuth Example', allow: 'Allow', deny: 'Deny', who: 'Ada Example', api: 'oauth.example' },
  github: { title: 'GitHub', allow: 'Allow', deny: 'Deny', who: 'Ada Example', api: 'api.github.com' },
  google: { title: 'Google', allow: 'Allow', deny: 'Deny', who: 'Ada Example', api: 'www.googleapis.com' },
} as const

export type PlatformName = keyof typeof PLATFORMS

/** A person who uses the page in one tab, by what the page shows. */
export class Person {
  readonly rig: Rig
  readonly context: BrowserContext
  readonly page: Page
  /** The headers of the page that is shown. */
  headers: Readonly<Record<string, string>> = {}

  private constructor(rig: Rig, context: BrowserContext, page: Page) {
    this.rig = rig
    this.context = context
    this.page = page
    page.on('response', (response) => {
      if (response.request().isNavigationRequest() && response.frame() === page.mainFrame()) {
        this.headers = response.headers()
      }
    })
  }

  static async in(rig: Rig, context?: BrowserContext): Promise<Person> {
    const browser = context ?? (await rig.visitor())
    return new Person(rig, browser, await browser.newPage())
  }

  /** Another tab of the same browser. */
  otherTab(): Promise<Person> {
    return Person.in(this.rig, this.context)
  }

  async open(path = '/'): Promise<void> {
    await this.page.goto(path)
  }

  /** Goes as far as the consent page of a platform. */
  async ask(name: PlatformName): Promise<void> {
    await this.open()
    const { title } = PLATFORMS[name]
    const first = this.page.getByRole('link', { name: `Connect ${title}`, exact: true })
    await this.#leave(first.or(this.page.getByRole('link', { name: `Connect another ${title} account`, exact: true })))
  }

  /** Answers the consent page. */
  async answer(name: PlatformName, decision: 'allow' | 'deny' = 'allow', account?: RegExp): Promise<void> {
    if (account) await this.page.getByRole('radio', { name: account }).check()
    await this.submit(PLATFORMS[name][decision])
  }

  async connect(...names: readonly PlatformName[]): Promise<void> {
    for (const name of names) {
      await this.ask(name)
      await this.answer(name)
    }
  }

  /** Presses a button of this page. */
  async press(button: string): Promise<void> {
    await this.page.getByRole('button', { name: button, exact: true }).click()
  }

  /** Presses a button that leads to another page. */
  submit(button: string): Promise<void> {
    return this.#leave(this.page.getByRole('button', { name: button, exact: true }))
  }

  follow(link: string | RegExp): Promise<void> {
    return this.#leave(this.page.getByRole('link', { name: link, exact: true }))
  }

  async #leave(by: Locator): Promise<void> {
    await Promise.all([this.page.waitForEvent('load'), by.click()])
  }

  /** Disconnects a platform's only account, over the question. */
  async disconnect(name: PlatformName): Promise<void> {
    const { title, who } = PLATFORMS[name]
    await this.press(`Disconnect ${title}, ${who}`)
    await this.submit(`Yes, disconnect ${title}, ${who}`)
  }

  /** Opens the page until it says something that comes with time. */
  async openUntil(text: string | RegExp): Promise<void> {
    const deadline = Date.now() + 20_000
    do await this.open()
    while (!(await this.page.getByText(text).count()) && Date.now() < deadline)
  }
}

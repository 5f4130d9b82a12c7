import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { call, McpClient } from '../scripts/mcp-client.ts'
import { choose, linkIn, startRig } from './support/rig.ts'

const rig = await startRig()
const { emulator } = rig
afterAll(() => rig[Symbol.asyncDispose]())
beforeEach(() => emulator.control.reset())

async function connect(provider: string) {
  const browser = rig.browser()
  const installation = new McpClient(rig, 'Inspector', choose(browser, `connect ${provider}`))
  return { browser, installation, client: await installation.connect() }
}

/** The first item of the CMS. */
async function findDraft(client: Parameters<typeof call>[0]) {
  const { sites } = (await call(client, 'list_sites')) as { sites: { id: string; name: string }[] }
  const { collections } = (await call(client, 'list_collections', { site: sites[0]?.id })) as {
    collections: { id: string }[]
  }
  const collection = collections[0]?.id
  const { items } = (await call(client, 'list_items', { collection })) as { items: { id: string }[] }
  return { collection, item: items[0]?.id }
}

const tokenRequests = () => emulator.control.requests().filter(({ path }) => /\/(oauth2\/token|token)$/.test(path))

describe('the tools', () => {
  it.each([
    ['webflow', ['list_sites', 'list_collections', 'list_items', 'read_item', 'update_draft'], 'Acme Bakery'],
    ['wix', ['list_sites'], 'Mysite 34'],
    ['github', ['list_sites'], undefined],
  ])('are those of the account: %s', async (provider, names, site) => {
    const { client } = await connect(provider)
    expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(names)
    const sites = site ? [expect.objectContaining({ name: site })] : []
    expect(await call(client, 'list_sites')).toEqual({ sites: expect.arrayContaining(sites) })
  })

  it('ask for a permission when it is missing, and then change a draft', async () => {
    const { browser, client } = await connect('webflow')
    const draft = await findDraft(client)
    const fields = { 'post-body': '<p>Open from six.</p>' }
    const before = await call(client, 'read_item', draft)
    const refusal = await call(client, 'update_draft', { ...draft, fields })
    expect(refusal).toMatch(/It needs: cms:write\. Ask the person to open https:/)
    expect(await call(client, 'read_item', draft)).toEqual(before)
    await browser.open(linkIn(refusal))
    expect(await call(client, 'update_draft', { ...draft, fields })).toMatchObject({ isDraft: true, fieldData: fields })
    expect(await call(client, 'read_item', draft)).toMatchObject({ fieldData: fields })
  })

  it('let a client open the page where a permission is given', async () => {
    const browser = rig.browser()
    const installation = new McpClient(rig, 'Inspector', choose(browser, 'connect webflow'))
    const opened: string[] = []
    installation.openPage = (url) => {
      opened.push(url)
      return browser.open(url)
    }
    const client = await installation.connect()
    const draft = await findDraft(client)
    const fields = { name: 'Closed in May' }
    expect(await call(client, 'update_draft', { ...draft, fields })).toMatchObject({ fieldData: fields })
    expect(opened).toEqual([expect.stringMatching(/^https:\/\/connector\.example\/auth\/webflow\/login\?/)])
  })

  it('renew a token that has ended once, for many calls', async () => {
    const { client } = await connect('wix')
    emulator.control.advance(5 * 60 * 60)
    emulator.control.clearRequests()
    const answers = await Promise.all(Array.from({ length: 10 }, () => call(client, 'list_sites')))
    expect(answers).toEqual(answers.map(() => ({ sites: [expect.objectContaining({ name: 'Mysite 34' })] })))
    expect(tokenRequests()).toHaveLength(1)
  })

  it('ask for a sign-in when the account has ended the connection', async () => {
    const { browser, client } = await connect('webflow')
    await findDraft(client)
    for (const { id } of emulator.control.webflow.grants()) emulator.control.webflow.revokeGrant(id)
    const refusal = await call(client, 'list_sites')
    expect(refusal).toMatch(/no longer works\. Ask the person to open https:/)
    await browser.open(linkIn(refusal))
    expect(await call(client, 'list_sites')).toMatchObject({ sites: [{}, {}, {}] })
  })

  it.each([
    ['api-429', 'The provider limits requests. Try again in 60 seconds.'],
    ['api-500', 'The provider refused this with status 500.'],
  ])('say what the provider answers: %s', async (scenario, text) => {
    const { client } = await connect('webflow')
    emulator.control.setScenario('webflow', scenario)
    expect(await call(client, 'list_sites')).toBe(text)
  })
})

import { UnauthorizedError } from '@modelcontextprotocol/client'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { call, McpClient } from '../scripts/mcp-client.ts'
import { CLIENT_METADATA, choose, startRig } from './support/rig.ts'

const rig = await startRig()
const { emulator } = rig
afterAll(() => rig[Symbol.asyncDispose]())
beforeEach(() => emulator.control.reset())

/** Two clients of one person, for one account. */
async function connectTwo() {
  const browser = rig.browser()
  const first = new McpClient(rig, 'First', choose(browser, 'connect webflow'))
  const tools = await first.connect()
  const second = new McpClient(rig, 'Second', choose(browser, 'use webflow'))
  return { browser, first, second, tools, others: await second.connect() }
}
const liveGrants = () => emulator.control.webflow.grants().filter(({ alive }) => alive)
/** What a client without the right to ask again gets. */
const refused = async (client: McpClient) => {
  const answer = await rig.fetch(`${rig.origin}/mcp`, {
    method: 'POST',
    headers: { authorization: `Bearer ${client.granted?.access_token}` },
  })
  return answer.status
}

describe('the grants of MCP clients', () => {
  it('end with the connection, for every client', async () => {
    const { browser, first, second, tools } = await connectTwo()
    expect(await call(tools, 'list_sites')).toMatchObject({ sites: [{}, {}, {}] })
    const page = await (await browser.open('/')).text()
    const [, action = ''] = /action="([^"]+)"/.exec(page) ?? []
    await browser.submit(action, { return_to: '/' })
    expect(liveGrants()).toEqual([])
    expect([await refused(first), await refused(second)]).toEqual([401, 401])
  })

  it('end the connection when the last one is revoked', async () => {
    const { first, second, others } = await connectTwo()
    expect((await first.revoke()).status).toBe(200)
    expect(await refused(first)).toBe(401)
    expect(liveGrants()).toHaveLength(1)
    expect(await call(others, 'list_sites')).toMatchObject({ sites: [{}, {}, {}] })
    expect((await second.revoke()).status).toBe(200)
    expect(liveGrants()).toEqual([])
  })

  it('stay after a revocation with a wrong token', async () => {
    const { first, second, others } = await connectTwo()
    await second.revoke()
    const [person, grant] = first.granted?.access_token.split(':') ?? []
    await second.revoke(`${person}:${grant}:wrong`)
    expect(liveGrants()).toHaveLength(1)
    expect(await refused(second)).toBe(401)
    await expect(call(others, 'list_sites')).rejects.toBeInstanceOf(UnauthorizedError)
  })
})

describe('the consent page', () => {
  it('says which client asks, what it gets and where', async () => {
    let shown = ''
    const browser = rig.browser()
    const asked = new McpClient(rig, 'A <b>bold</b> client', async (url) => {
      shown = await (await browser.open(url.href)).text()
      return choose(browser, 'deny')(url)
    })
    await expect(asked.connect()).rejects.toThrow('access_denied')
    expect(shown).toContain('Let A &lt;b&gt;bold&lt;/b&gt; client use your account?')
    expect(shown).toContain('It is a program on this computer (<b>127.0.0.1</b>).')
    expect(emulator.control.requests()).toEqual([])
  })

  it('is passed by a client with a metadata document', async () => {
    const client = new McpClient(rig, 'Documented', choose(rig.browser(), 'connect wix'), CLIENT_METADATA)
    expect(await call(await client.connect(), 'list_sites')).toMatchObject({ sites: [{ name: 'Mysite 34' }] })
    expect(client.saved?.client_id).toBe(CLIENT_METADATA)
  })

  it('tells the client when the person does not allow the account', async () => {
    emulator.control.setScenario('webflow', 'authorize-denied')
    const client = new McpClient(rig, 'Inspector', choose(rig.browser(), 'connect webflow'))
    await expect(client.connect()).rejects.toThrow('access_denied')
  })

  it('leads to no address that the client has not registered', async () => {
    const browser = rig.browser()
    let status = 0
    const hostile = new McpClient(rig, 'Hostile', async (url) => {
      url.searchParams.set('redirect_uri', 'https://evil.example/callback')
      const page = await browser.open(url.href)
      status = page.status
      expect(await page.text()).toContain('Start again in the MCP client.')
      return new URL(browser.url)
    })
    await expect(hostile.connect()).rejects.toThrow()
    expect(status).toBe(400)
    expect(new URL(browser.url).origin).toBe(rig.origin)
    expect(browser.cookies()).toEqual({})
  })

  it('is answered only in the browser that it was opened in', async () => {
    const [victim, other] = [rig.browser(), rig.browser()]
    const client = new McpClient(rig, 'Inspector', async (url) => {
      const page = await (await other.open(url.href)).text()
      const [, handle = ''] = /name="handle" value="([^"]+)"/.exec(page) ?? []
      await victim.open(url.href)
      expect((await victim.submit('/authorize', { handle, choice: 'connect webflow' })).status).toBe(400)
      return new URL(victim.url)
    })
    await expect(client.connect()).rejects.toThrow()
    expect(emulator.control.requests()).toEqual([])
  })
})

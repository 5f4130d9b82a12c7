import {
  CLIENT_CAPABILITIES_META_KEY,
  inputRequired,
  McpServer,
  type ServerContext,
} from '@modelcontextprotocol/server'
import type { Context } from 'hono'
import type { Connection } from 'hono-oauth'
import { toolFailure } from 'hono-oauth/mcp'
import { z } from 'zod'
import type { AppEnv, GrantProps } from './env.ts'
import { connectionsOf } from './oauth.ts'
import type { Platform } from './platforms.ts'

/** The MCP server of one request: the tools of the account that its grant is for. */
export function toolsOf({ env, executionCtx }: Context<AppEnv>): McpServer {
  const grant = executionCtx.props as GrantProps
  const server = new McpServer({ name: 'mcp-site-connector', version: '0.1.0' })

  /** Adds a tool that works with the connection as it is at the moment of the call. */
  function add<Input extends z.ZodObject>(
    name: string,
    description: string,
    inputSchema: Input,
    work: (connection: Connection, args: z.output<Input>) => Promise<object>,
  ) {
    server.registerTool(name, { description, inputSchema: inputSchema as z.ZodObject }, async (args, context) => {
      try {
        const [connection] = await connectionsOf(env, grant, executionCtx)
        if (!connection) return failed('No account is connected. Sign in again.')
        return text(JSON.stringify(await work(connection, args as z.output<Input>)))
      } catch (error) {
        return explain(error, context)
      }
    })
  }

  add('list_sites', 'Lists the sites of the connected account', z.object({}), async (connection) => ({
    sites: await LIST_SITES[grant.provider](connection),
  }))
  if (grant.provider !== 'webflow') return server
  const ofSite = z.object({ site: z.string() })
  const inCollection = z.object({ collection: z.string() })
  const oneItem = inCollection.extend({ item: z.string() })
  add('list_collections', 'Lists the CMS collections of a site', ofSite, (connection, { site }) =>
    call(connection, path`/v2/sites/${site}/collections`),
  )
  add('list_items', 'Lists the items of a CMS collection', inCollection, (connection, { collection }) =>
    call(connection, path`/v2/collections/${collection}/items`),
  )
  add('read_item', 'Reads an item of a CMS collection', oneItem, (connection, { collection, item }) =>
    call(connection, path`/v2/collections/${collection}/items/${item}`),
  )
  const change = oneItem.extend({ fields: z.record(z.string(), z.unknown()).describe('The new values, by field') })
  const described = 'Changes fields of an item as a draft: the published site stays as it is'
  add('update_draft', described, change, (connection, { collection, item, fields }) =>
    call(connection, path`/v2/collections/${collection}/items/${item}`, {
      method: 'PATCH',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ isDraft: true, fieldData: fields }),
    }),
  )
  return server
}

const LIST_SITES: Record<Platform, (connection: Connection) => Promise<{ id: string; name: string }[]>> = {
  async webflow(connection) {
    const { sites } = await call<{ sites: { id: string; displayName: string }[] }>(connection, '/v2/sites')
    return sites.map(({ id, displayName }) => ({ id, name: displayName }))
  },
  async wix(connection) {
    const { site } = await call<{ site: { siteId: string; siteDisplayName: string } }>(connection, '/apps/v1/instance')
    return [{ id: site.siteId, name: site.siteDisplayName }]
  },
  async github(connection) {
    const url = '/user/repos?visibility=public&per_page=100'
    const repositories = await call<{ id: number; full_name: string; has_pages: boolean }[]>(connection, url)
    return repositories.filter((each) => each.has_pages).map(({ id, full_name: name }) => ({ id: String(id), name }))
  },
}

const path = (texts: TemplateStringsArray, ...values: readonly string[]) =>
  String.raw(texts, ...values.map(encodeURIComponent))

/** Asks a provider's API; throws its answer when that is a refusal. */
async function call<T extends object>(connection: Connection, url: string, init?: RequestInit): Promise<T> {
  const answer = await connection.fetch(url, init)
  if (!answer.ok) throw answer
  return answer.json()
}

const text = (value: string) => ({ content: [{ type: 'text' as const, text: value }] })
const failed = (value: string) => ({ ...text(value), isError: true })

type Envelope = { readonly [CLIENT_CAPABILITIES_META_KEY]?: { readonly elicitation?: { readonly url?: object } } }

/** Lets the client open the page that helps, where it can; it calls the tool again then. */
function explain(error: unknown, { mcpReq }: ServerContext) {
  const failure = toolFailure(error)
  const capabilities = (mcpReq.envelope as Envelope | undefined)?.[CLIENT_CAPABILITIES_META_KEY]
  if (!failure.loginUrl || !capabilities?.elicitation?.url || mcpReq.inputResponses) return failed(failure.text)
  const page = inputRequired.elicitUrl({ message: 'The account has to allow this.', url: failure.loginUrl })
  return inputRequired({ inputRequests: { page } })
}

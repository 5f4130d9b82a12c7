import { type GrantSummary, getOAuthApi } from '@cloudflare/workers-oauth-provider'
import { authorizationServer } from './authorization-server.ts'
import type { Env, GrantProps } from './env.ts'

type NamedGrant = GrantProps & { readonly id: string }

const NO_APP = { fetch: () => new Response(null, { status: 404 }) }

/** The authorization server as a list of grants: no request reaches an app here. */
const openGrants = (env: Env) =>
  getOAuthApi({ ...authorizationServer(env), apiHandler: NO_APP, defaultHandler: NO_APP }, env)

/** The grants that MCP clients have of a person, for the account at one provider. */
async function grantsOf(env: Env, { person, provider }: GrantProps): Promise<GrantSummary[]> {
  const { items } = await openGrants(env).listUserGrants(person, { limit: 1000 })
  return items.filter(({ metadata }) => metadata.provider === provider)
}

/** Ends the grants of MCP clients for an account that is disconnected. */
export async function endGrants(env: Env, account: GrantProps): Promise<void> {
  const grants = openGrants(env)
  for (const { id } of await grantsOf(env, account)) await grants.revokeGrant(id, account.person)
}

/** The grant that a revocation request of an MCP client names (RFC 7009); `undefined` for any other request. */
export async function grantToRevoke(request: Request, env: Env): Promise<NamedGrant | undefined> {
  if (request.method !== 'POST' || new URL(request.url).pathname !== '/token') return undefined
  const form = await request
    .clone()
    .formData()
    .catch(() => undefined)
  if (!form || form.has('grant_type')) return undefined
  // The library's tokens are `<person>:<grant>:<secret>`.
  const [person = '', id = ''] = String(form.get('token')).split(':')
  const { items } = await openGrants(env).listUserGrants(person, { limit: 1000 })
  const grant = items.find((each) => each.id === id)
  return grant && { id, person, provider: grant.metadata.provider }
}

/** Whether an account has lost its last grant; an answer 200 to a wrong token (RFC 7009, section 2.2) ends none. */
export const wasLastGrant = async (env: Env, grant: NamedGrant): Promise<boolean> =>
  (await grantsOf(env, grant)).length === 0

import { configurationError, missingCredential } from '../../errors.ts'
import { publicUrl } from './public-url.ts'

/** What an app says for any MCP server. */
interface McpSettings {
  /** The name of the app on the consent page of a server; by default the setting `appName`, or the host of the app. */
  readonly clientName?: string | undefined
  /** The scopes that a login requests; by default those that the server asks for. */
  readonly scopes?: readonly string[] | undefined
}

/** One MCP server, which the app names. */
export interface McpServerOptions extends McpSettings {
  /** The URL of the server, such as `https://mcp.example/mcp`. */
  readonly url: string
  /** The authorization server to use, by its issuer; by default the first that the server lists. */
  readonly issuer?: string | undefined
  /** The id of the app at `issuer`, where it is registered there; by default the app introduces itself. */
  readonly clientId?: string | undefined
  /** The secret of that client; absent for a public one. */
  readonly clientSecret?: string | undefined
  /** Whether refresh tokens are replaced at each use, which is the default, or stay. */
  readonly refreshTokens?: 'rotating' | 'reusable' | undefined
}

/** Any MCP server, which the person who logs in names. */
export interface AnyMcpServerOptions extends McpSettings {
  readonly url?: undefined
  /** Whether the app lets its users connect the server at a URL; every public one by default. */
  readonly allows?: ((url: URL) => boolean | Promise<boolean>) | undefined
}

const OPTIONS: Readonly<Record<'one' | 'any', readonly string[]>> = {
  one: ['url', 'clientName', 'scopes', 'issuer', 'clientId', 'clientSecret', 'refreshTokens'],
  any: ['url', 'clientName', 'scopes', 'allows'],
}

/**
 * Checks the options of `mcp`.
 *
 * @throws OAuthError `configuration_invalid`, naming the option and never its value
 */
export function checkMcpOptions(options: McpServerOptions | AnyMcpServerOptions): void {
  const fail = (option: string, problem: string): never => {
    throw configurationError(`mcp ${option}`, problem)
  }
  const known = OPTIONS['url' in options ? 'one' : 'any']
  for (const name of Object.keys(options)) {
    if (!known.includes(name)) fail(name, `is not an option here. The options are: ${known.join(' ')}`)
  }
  if (!('url' in options)) return
  const { url, issuer, clientId, clientSecret } = options as McpServerOptions
  for (const [option, value] of Object.entries({ url, issuer: issuer ?? url })) {
    if (!publicUrl(value, true)) fail(option, 'is not an https URL such as https://mcp.example/mcp')
  }
  for (const name of ['clientId', 'clientSecret'] as const) {
    if (name in options && !(options as McpServerOptions)[name]) throw missingCredential(`mcp ${name}`)
  }
  if (clientSecret && !clientId) fail('clientId', 'is missing, and there is a clientSecret')
  // The id and the secret belong to the server that gave them, whatever the MCP server says later.
  if (clientId && !issuer) fail('issuer', 'is missing. It is the authorization server that has given the clientId')
}

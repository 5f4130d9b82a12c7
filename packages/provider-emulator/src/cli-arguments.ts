import { parseArgs } from 'node:util'
import type { Consent } from './provider.ts'

export interface CliArguments {
  readonly help: boolean
  readonly port: number
  readonly host: string
  readonly consent: Consent
  readonly appName: string | undefined
  /** The path of a JSON file. */
  readonly fixtures: string | undefined
  readonly slowSeconds: number | undefined
  readonly redirectUris: readonly string[]
  readonly webhookUrl: string | undefined
  readonly wixRedirectUrls: readonly string[]
  readonly wixAppUrl: string | undefined
  readonly wixWebhookUrl: string | undefined
  readonly exampleRedirectUris: readonly string[]
  /** Redirect URIs of other providers, by the name of the provider. */
  readonly providerRedirectUris: Readonly<Record<string, readonly string[]>>
}

export const HELP = `Usage: provider-emulator [options]

Serves an offline stand-in for OAuth providers on this machine.

  --port <number>        Port to listen on; 0 takes any free port (default: 9000)
  --host <address>       Loopback address to listen on (default: 127.0.0.1)
  --consent <page|auto>  Show a consent page, or allow at once (default: page)
  --app-name <name>      Name of the app on all consent pages (default: Example App)
  --fixtures <file>      JSON file with people, workspaces, sites and shops
  --slow-seconds <number>
                         Delay of the slow scenarios (default: 30)
  --redirect-uri <uri>   Redirect URI of the Webflow client; may be repeated
                         (default: http://localhost:8787/auth/webflow/callback)
  --webhook-url <url>    URL for Webflow's webhooks on the control page
                         (default: http://localhost:8787/auth/webflow/webhook)
  --wix-redirect-url <url>
                         Redirect URL of the Wix app; may be repeated
                         (default: http://localhost:8787/auth/wix-legacy/callback)
  --wix-app-url <url>    App URL of the Wix app
                         (default: http://localhost:8787/auth/wix-legacy/login)
  --wix-webhook-url <url>
                         URL for Wix's webhooks on the control page
                         (default: http://localhost:8787/auth/wix/webhook)
  --example-redirect-uri <uri>
                         Redirect URI of the client of oauth.example; may be repeated
                         (default: http://localhost:8787/auth/example/callback)
  --provider-redirect-uri <name>=<uri>
                         Redirect URI of the client of another provider, such as github;
                         may be repeated (default: http://localhost:8787/auth/<name>/callback)
  --help                 Show this help

Environment:
  WEBFLOW_CLIENT_ID, WEBFLOW_CLIENT_SECRET
                         Credentials of the Webflow client
  WIX_APP_ID, WIX_APP_SECRET
                         Credentials of the Wix app
  WIX_PRIVATE_KEY        Key that signs Wix webhooks, PKCS #8 as PEM (default: a new key)
  EXAMPLE_CLIENT_ID, EXAMPLE_CLIENT_SECRET
                         Credentials of the client of oauth.example
`

/** Thrown for a wrong command line argument or setting. */
export class UsageError extends Error {
  override name = 'UsageError'
}

const LOOPBACK_HOSTS = ['127.0.0.1', 'localhost', '::1']

const OPTIONS = {
  port: { type: 'string', default: '9000' },
  host: { type: 'string', default: '127.0.0.1' },
  consent: { type: 'string', default: 'page' },
  'app-name': { type: 'string' },
  fixtures: { type: 'string' },
  'slow-seconds': { type: 'string' },
  'redirect-uri': { type: 'string', multiple: true },
  'webhook-url': { type: 'string' },
  'wix-redirect-url': { type: 'string', multiple: true },
  'wix-app-url': { type: 'string' },
  'wix-webhook-url': { type: 'string' },
  'example-redirect-uri': { type: 'string', multiple: true },
  'provider-redirect-uri': { type: 'string', multiple: true },
  help: { type: 'boolean', default: false },
} as const

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS }).values
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

/** Reads the arguments after the program's name. Throws a UsageError for a wrong argument. */
export function readArguments(args: readonly string[]): CliArguments {
  const values = parse(args)
  const { help, port, host, consent, 'slow-seconds': slowSeconds } = values
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65535) {
    throw new UsageError(`--port must be a number from 0 to 65535, not "${port}".`)
  }
  if (!LOOPBACK_HOSTS.includes(host)) {
    throw new UsageError(`--host must be one of ${LOOPBACK_HOSTS.join(', ')}, not "${host}".`)
  }
  if (consent !== 'page' && consent !== 'auto') {
    throw new UsageError(`--consent must be "page" or "auto", not "${consent}".`)
  }
  if (values['app-name'] === '') throw new UsageError('--app-name must not be empty.')
  if (slowSeconds !== undefined && !/^\d{1,4}(\.\d+)?$/.test(slowSeconds)) {
    throw new UsageError(`--slow-seconds must be a number of seconds below 10000, not "${slowSeconds}".`)
  }
  return {
    help,
    port: Number(port),
    host,
    consent,
    appName: values['app-name'],
    fixtures: values.fixtures,
    slowSeconds: slowSeconds === undefined ? undefined : Number(slowSeconds),
    redirectUris: values['redirect-uri'] ?? [],
    webhookUrl: values['webhook-url'],
    wixRedirectUrls: values['wix-redirect-url'] ?? [],
    wixAppUrl: values['wix-app-url'],
    wixWebhookUrl: values['wix-webhook-url'],
    exampleRedirectUris: values['example-redirect-uri'] ?? [],
    providerRedirectUris: readNamed(values['provider-redirect-uri'] ?? []),
  }
}

/** The values of an option that is `<name>=<value>`, by name. */
function readNamed(values: readonly string[]): Record<string, string[]> {
  const found: Record<string, string[]> = {}
  for (const value of values) {
    const [, name, uri] = /^([a-z0-9-]+)=(.+)$/.exec(value) ?? []
    if (!name || !uri) throw new UsageError(`--provider-redirect-uri must be <name>=<uri>, not "${value}".`)
    found[name] = [...(found[name] ?? []), uri]
  }
  return found
}

#!/usr/bin/env node
import { readFileSync } from 'node:fs'
import { type CliArguments, HELP, readArguments, UsageError } from './cli-arguments.ts'
import { createEmulator } from './emulator.ts'
import type { Fixtures } from './fixtures.ts'
import { DEFAULT_OAUTH_EXAMPLE_CLIENT } from './oauth-example/config.ts'
import type { OauthExampleClientOptions } from './oauth-example/options.ts'
import { startServer } from './server.ts'
import { DEFAULT_WEBFLOW_CLIENT } from './webflow/config.ts'
import type { WebflowClientOptions } from './webflow/options.ts'
import { DEFAULT_WIX_APP } from './wix/config.ts'
import type { WixAppOptions } from './wix/options.ts'

// An empty variable counts as missing.
const orDefault = (value: string | undefined, otherwise: string): string => value || otherwise

function webflowClientOf({ redirectUris, webhookUrl }: CliArguments): WebflowClientOptions {
  const { WEBFLOW_CLIENT_ID, WEBFLOW_CLIENT_SECRET } = process.env
  return {
    ...DEFAULT_WEBFLOW_CLIENT,
    id: orDefault(WEBFLOW_CLIENT_ID, DEFAULT_WEBFLOW_CLIENT.id),
    secret: orDefault(WEBFLOW_CLIENT_SECRET, DEFAULT_WEBFLOW_CLIENT.secret),
    ...(redirectUris.length > 0 ? { redirectUris } : {}),
    ...(webhookUrl === undefined ? {} : { webhookUrl }),
  }
}

function wixAppOf({ wixRedirectUrls, wixAppUrl, wixWebhookUrl }: CliArguments): WixAppOptions {
  const { WIX_APP_ID, WIX_APP_SECRET, WIX_PRIVATE_KEY } = process.env
  return {
    ...DEFAULT_WIX_APP,
    appId: orDefault(WIX_APP_ID, DEFAULT_WIX_APP.appId),
    secret: orDefault(WIX_APP_SECRET, DEFAULT_WIX_APP.secret),
    ...(wixRedirectUrls.length > 0 ? { redirectUrls: wixRedirectUrls } : {}),
    ...(wixAppUrl === undefined ? {} : { appUrl: wixAppUrl }),
    ...(wixWebhookUrl === undefined ? {} : { webhookUrl: wixWebhookUrl }),
    ...(WIX_PRIVATE_KEY ? { privateKey: WIX_PRIVATE_KEY } : {}),
  }
}

function exampleClientOf({ exampleRedirectUris }: CliArguments): OauthExampleClientOptions {
  const { EXAMPLE_CLIENT_ID, EXAMPLE_CLIENT_SECRET } = process.env
  const { id, secret } = DEFAULT_OAUTH_EXAMPLE_CLIENT
  return {
    ...DEFAULT_OAUTH_EXAMPLE_CLIENT,
    id: orDefault(EXAMPLE_CLIENT_ID, id),
    secret: orDefault(EXAMPLE_CLIENT_SECRET, secret),
    ...(exampleRedirectUris.length > 0 ? { redirectUris: exampleRedirectUris } : {}),
  }
}

/** Reads the fixtures of a JSON file. The emulator checks them. */
function fixturesOf(path: string): Fixtures {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    throw new UsageError(`--fixtures: ${path} cannot be read: ${error instanceof Error ? error.message : error}`)
  }
  try {
    return JSON.parse(text) as Fixtures
  } catch (error) {
    throw new UsageError(`--fixtures: ${path} is not valid JSON: ${error instanceof Error ? error.message : error}`)
  }
}

function createCliEmulator(options: CliArguments) {
  const { consent, appName, fixtures, slowSeconds } = options
  try {
    return createEmulator({
      consent,
      ...(appName === undefined ? {} : { appName }),
      ...(fixtures === undefined ? {} : { fixtures: fixturesOf(fixtures) }),
      ...(slowSeconds === undefined ? {} : { slowSeconds }),
      webflow: { clients: [webflowClientOf(options)] },
      wix: { apps: [wixAppOf(options)] },
      oauthExample: { clients: [exampleClientOf(options)] },
      personalities: Object.fromEntries(
        Object.entries(options.providerRedirectUris).map(([name, redirectUris]) => [name, { redirectUris }]),
      ),
    })
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

async function serve(options: CliArguments): Promise<void> {
  const server = await startServer(createCliEmulator(options), options).catch((error: unknown) => {
    if (!isPortTaken(error)) throw error
    console.error(`Port ${options.port} is already in use. Choose another one with --port.`)
    process.exit(1)
  })
  const stop = async () => {
    await server.close()
    process.exit(0)
  }
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
  console.log(`Provider emulator listening on ${server.url}`)
}

const isPortTaken = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'

try {
  const options = readArguments(process.argv.slice(2))
  if (options.help) process.stdout.write(HELP)
  else await serve(options)
} catch (error) {
  if (!(error instanceof UsageError)) throw error
  console.error(`${error.message}\nTry: provider-emulator --help`)
  process.exit(2)
}

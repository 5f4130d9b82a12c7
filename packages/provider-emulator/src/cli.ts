#!/usr/bin/env node
import { type CliArguments, HELP, readArguments, UsageError } from './cli-arguments.ts'
import { createEmulator } from './emulator.ts'
import { startServer } from './server.ts'
import { DEFAULT_WEBFLOW_CLIENT } from './webflow/defaults.ts'

function emulatorFor({ consent, redirectUris }: CliArguments) {
  const { WEBFLOW_CLIENT_ID, WEBFLOW_CLIENT_SECRET } = process.env
  const client = {
    ...DEFAULT_WEBFLOW_CLIENT,
    // An empty variable counts as unset.
    id: WEBFLOW_CLIENT_ID || DEFAULT_WEBFLOW_CLIENT.id,
    secret: WEBFLOW_CLIENT_SECRET || DEFAULT_WEBFLOW_CLIENT.secret,
    redirectUris: redirectUris.length > 0 ? redirectUris : DEFAULT_WEBFLOW_CLIENT.redirectUris,
  }
  try {
    return createEmulator({ consent, webflow: { clients: [client] } })
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

async function serve(options: CliArguments): Promise<void> {
  const server = await startServer(emulatorFor(options), options).catch((error: unknown) => {
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

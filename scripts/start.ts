// Starts the provider emulator and the sample Worker. If one of them ends, both end.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { delimiter } from 'node:path'
import { fileURLToPath } from 'node:url'
import { whenLauncherEnds } from './launchers.ts'
import { ensureLocalSecrets } from './local-secrets.ts'
import { readPort, requireFreePort } from './ports.ts'
import { waitUntilAnswering } from './wait-until-answering.ts'

const APP = new URL('../apps/site-connector/', import.meta.url)
const APP_BIN = fileURLToPath(new URL('node_modules/.bin', APP))

// The client at `oauth.example`, which only the emulator serves.
const EXAMPLE_VARS = ['EXAMPLE_CLIENT_ID', 'EXAMPLE_CLIENT_SECRET']

// The emulator has a client at each of these by default.
const DEMO_PROVIDERS = ['github', 'google']
const DEMO_VARS = DEMO_PROVIDERS.flatMap((name) =>
  ['id', 'secret'].map((part) => `${name.toUpperCase()}_CLIENT_${part.toUpperCase()}:${name}-client-${part}`),
)

const children: { name: string; process: ChildProcess }[] = []
let isEnding = false

async function main(): Promise<void> {
  const port = readPort('PORT', 8787)
  const emulatorPort = readPort('EMULATOR_PORT', 9000)
  if (port === emulatorPort) throw new Error('PORT and EMULATOR_PORT must be different.')
  await requireFreePort(port, 'PORT')
  await requireFreePort(emulatorPort, 'EMULATOR_PORT')
  const origin = `http://localhost:${port}`
  const emulator = `http://localhost:${emulatorPort}`
  const secrets = await ensureLocalSecrets(new URL('.dev.vars', APP), new URL('.emulator.vars', APP))

  console.log('Starting the provider emulator and the sample Worker …')
  start(
    'provider-emulator',
    [
      ['--port', String(emulatorPort)],
      ['--app-name', 'Site Connector'],
      ['--redirect-uri', `${origin}/auth/webflow/callback`],
      ['--webhook-url', `${origin}/auth/webflow/webhook`],
      ['--wix-redirect-url', `${origin}/auth/wix-legacy/callback`],
      ['--example-redirect-uri', `${origin}/auth/example/callback`],
      ...DEMO_PROVIDERS.map((name) => ['--provider-redirect-uri', `${name}=${origin}/auth/${name}/callback`]),
      ['--wix-app-url', `${origin}/auth/wix-legacy/login`],
      ['--wix-webhook-url', `${origin}/auth/wix/webhook`],
    ],
    secrets,
  )
  start('wrangler', [
    ['dev', '--port', String(port), '--ip', '127.0.0.1'],
    ['--var', `PUBLIC_ORIGIN:${origin}`, `PROVIDER_EMULATOR:${emulator}`],
    // Wrangler reads only the declared secrets from .dev.vars, and these are not declared.
    EXAMPLE_VARS.flatMap((name) => ['--var', `${name}:${secrets[name]}`]),
    DEMO_VARS.flatMap((value) => ['--var', value]),
    ['--show-interactive-dev-session=false', '--log-level', 'error'],
  ])
  await Promise.all([waitUntilAnswering(emulator), waitUntilAnswering(origin)])
  console.log(`\nReady. Open ${origin}\nControl the providers at ${emulator}\n\nPress Ctrl-C to stop both.`)
}

function start(command: string, args: string[][], secrets: Record<string, string> = {}): void {
  const child = spawn(command, args.flat(), {
    cwd: APP,
    env: {
      ...process.env,
      ...secrets,
      PATH: [APP_BIN, process.env['PATH']].join(delimiter),
      WRANGLER_SEND_METRICS: 'false',
    },
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  children.push({ name: command, process: child })
  child.on('error', (error) => end(`${command} could not be started: ${error.message}`))
  child.on('exit', (code) => end(`${command} ended${code ? ` with code ${code}` : ''}.`))
}

async function end(reason?: string): Promise<void> {
  if (isEnding) return
  isEnding = true
  if (reason) console.error(reason)
  const running = children.filter(({ process: child }) => isRunning(child))
  const exits = running.map(({ process: child }) => once(child, 'exit'))
  for (const { process: child } of running) child.kill('SIGTERM')
  await Promise.race([Promise.all(exits), new Promise((resolve) => setTimeout(resolve, 5000))])
  for (const { process: child } of running) if (isRunning(child)) child.kill('SIGKILL')
  process.exit(reason ? 1 : 0)
}

function isRunning({ pid, exitCode, signalCode }: ChildProcess): boolean {
  return pid !== undefined && exitCode === null && signalCode === null
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => end())
whenLauncherEnds(end)

main().catch((error: Error) => end(error.message))

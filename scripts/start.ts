// Starts the provider emulator, the sample Worker and the sample MCP server. If one of them ends, all end.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { delimiter } from 'node:path'
import { fileURLToPath } from 'node:url'
import { whenLauncherEnds } from './launchers.ts'
import { copyLocalSecrets, ensureLocalSecrets } from './local-secrets.ts'
import { readPort, requireFreePort } from './ports.ts'
import { waitUntilAnswering } from './wait-until-answering.ts'

const APP = new URL('../apps/site-connector/', import.meta.url)
const MCP_APP = new URL('../apps/mcp-site-connector/', import.meta.url)
const APP_BIN = fileURLToPath(new URL('node_modules/.bin', APP))
const QUIET = [
  '--ip',
  '127.0.0.1',
  '--inspector-port',
  '0',
  '--show-interactive-dev-session=false',
  '--log-level',
  'error',
]

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
  const ports = {
    PORT: readPort('PORT', 8787),
    MCP_PORT: readPort('MCP_PORT', 8788),
    EMULATOR_PORT: readPort('EMULATOR_PORT', 9000),
  }
  if (new Set(Object.values(ports)).size < 3) throw new Error('PORT, MCP_PORT and EMULATOR_PORT must be different.')
  for (const [name, port] of Object.entries(ports)) await requireFreePort(port, name)
  const [origin, mcpOrigin, emulator] = Object.values(ports).map((port) => `http://localhost:${port}`) as [
    string,
    string,
    string,
  ]
  const secrets = await ensureLocalSecrets(new URL('.dev.vars', APP), new URL('.emulator.vars', APP))
  await copyLocalSecrets(new URL('.dev.vars', APP), new URL('.dev.vars', MCP_APP))

  console.log('Starting the provider emulator, the sample Worker and the MCP server …')
  start(
    'provider-emulator',
    [
      ['--port', String(ports.EMULATOR_PORT)],
      ['--app-name', 'Site Connector'],
      ...[origin, mcpOrigin].map((each) => ['--redirect-uri', `${each}/auth/webflow/callback`]),
      ['--webhook-url', `${origin}/auth/webflow/webhook`],
      ['--wix-redirect-url', `${origin}/auth/wix-legacy/callback`],
      ['--example-redirect-uri', `${origin}/auth/example/callback`],
      ...DEMO_PROVIDERS.map((name) => ['--provider-redirect-uri', `${name}=${origin}/auth/${name}/callback`]),
      ['--provider-redirect-uri', `github=${mcpOrigin}/auth/github/callback`],
      ['--wix-app-url', `${origin}/auth/wix-legacy/login`],
      ['--wix-webhook-url', `${origin}/auth/wix/webhook`],
    ],
    secrets,
  )
  start('wrangler', [
    ['dev', '--port', String(ports.PORT), ...QUIET],
    ['--var', `PUBLIC_ORIGIN:${origin}`, `PROVIDER_EMULATOR:${emulator}`],
    // Wrangler reads only the declared secrets from .dev.vars, and these are not declared.
    EXAMPLE_VARS.flatMap((name) => ['--var', `${name}:${secrets[name]}`]),
    DEMO_VARS.flatMap((value) => ['--var', value]),
  ])
  const mcpVars = [`PUBLIC_ORIGIN:${mcpOrigin}`, `PROVIDER_EMULATOR:${emulator}`, ...DEMO_VARS]
  const mcpArgs = [['dev', '--port', String(ports.MCP_PORT), ...QUIET], mcpVars.flatMap((value) => ['--var', value])]
  start('wrangler', mcpArgs, {}, MCP_APP)
  await Promise.all([emulator, origin, mcpOrigin].map(waitUntilAnswering))
  console.log(`
Ready. Open ${origin}
Control the providers at ${emulator}
An MCP server is at ${mcpOrigin}/mcp

Press Ctrl-C to stop them.`)
}

function start(command: string, args: string[][], secrets: Record<string, string> = {}, cwd = APP): void {
  const child = spawn(command, args.flat(), {
    cwd,
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

#!/usr/bin/env node
import * as util from 'node:util'
import { isOAuthError } from '../errors.ts'
import { CommandError } from './command-error.ts'
import { keygen } from './keygen.ts'

const HELP = `hono-oauth: OAuth connections for Hono apps on Cloudflare Workers

  npx hono-oauth init [--provider NAME] [--yes]
      adds hono-oauth to the app in this folder; shows the changes and asks first
      --provider  webflow (the default), wix, or a preset such as github
      --yes       writes without asking
  npx hono-oauth doctor [--env NAME]
      says what will fail in production, and what to do
      --env       an environment of the wrangler file
  npx hono-oauth keygen [--ring]
      prints a new key for the setting \`keys\`
      --ring      puts the old keys behind it, from standard input or from OAUTH_KEYS in .dev.vars
`

type Options = Readonly<Record<string, string | boolean | undefined>>

interface Command {
  readonly options: Readonly<Record<string, { readonly type: 'boolean' | 'string' }>>
  /** Returns the exit code. */
  run(options: Options): Promise<number>
}

const COMMANDS: Readonly<Record<string, Command>> = {
  init: {
    options: { provider: { type: 'string' }, yes: { type: 'boolean' } },
    async run({ provider = 'webflow', yes = false }) {
      requireNode()
      const { init } = await import('./init.ts')
      return init(process.cwd(), { provider: String(provider), isAgreed: yes === true })
    },
  },
  doctor: {
    options: { env: { type: 'string' } },
    async run({ env }) {
      requireNode()
      const { doctor } = await import('./doctor.ts')
      return doctor(process.cwd(), env === undefined ? undefined : String(env))
    },
  },
  keygen: {
    options: { ring: { type: 'boolean' } },
    run: async ({ ring }) => keygen(process.cwd(), ring === true),
  },
}

/** The Node that the current Wrangler needs has `util.diff`, which came with 22.15. */
function requireNode(): void {
  if ('diff' in util) return
  throw new CommandError(
    `This command needs Node 22.15 or newer, as Wrangler does. This is Node ${process.versions.node}.`,
  )
}

async function run([name, ...args]: readonly string[]): Promise<number> {
  const isHelp = [name, ...args].some((each) => each === '--help' || each === '-h')
  if (name === undefined || isHelp) {
    process.stdout.write(HELP)
    return 0
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
  if (!command)
    return refuse(`There is no command ${JSON.stringify(name)}: the commands are ${Object.keys(COMMANDS).join(', ')}.`)
  let options: Options
  try {
    options = util.parseArgs({ args, options: command.options }).values
  } catch (error) {
    return refuse(`${error instanceof Error ? error.message : error}\nTry: npx hono-oauth --help`)
  }
  return command.run(options)
}

function refuse(message: string): number {
  console.error(message)
  return 2
}

try {
  process.exitCode = await run(process.argv.slice(2))
} catch (error) {
  if (!(error instanceof CommandError) && !isOAuthError(error)) throw error
  console.error(error.message)
  process.exitCode = 1
}

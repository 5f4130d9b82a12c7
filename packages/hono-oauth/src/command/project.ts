import { createRequire } from 'node:module'
import { basename, join, relative } from 'node:path'
import { CommandError } from './command-error.ts'
import { findVars, type VarsFile } from './vars-file.ts'

interface Migration {
  readonly new_sqlite_classes?: readonly string[]
  readonly new_classes?: readonly string[]
  readonly renamed_classes?: readonly { readonly to: string }[]
}

/** The part of Wrangler's configuration that the command reads. */
export interface WranglerConfig {
  readonly configPath?: string
  readonly main?: string
  readonly vars: Readonly<Record<string, unknown>>
  readonly kv_namespaces: readonly { readonly binding: string; readonly id?: string }[]
  readonly durable_objects: {
    readonly bindings: readonly { readonly name: string; readonly class_name: string; readonly script_name?: string }[]
  }
  readonly migrations: readonly Migration[]
  /** Durable Objects that are declared without migrations. */
  readonly exports?: Readonly<Record<string, unknown>>
  readonly secrets?: { readonly required?: readonly string[] }
  /** The names of its environments. */
  readonly definedEnvironments?: readonly string[]
}

/** A Worker that Wrangler runs on this machine. */
export interface DevEnv {
  on(event: 'error' | 'buildFailed', listener: (event: unknown) => void): void
  startWorker(options: object): Promise<{
    fetch(url: string, init: object): Promise<Response>
  }>
  teardown(): Promise<void>
}

/** The part of Wrangler's module that the command uses. */
interface Wrangler {
  unstable_readConfig(args: { config?: string; env?: string | undefined }, options: object): WranglerConfig
  readonly unstable_DevEnv: new () => DevEnv
}

/** An app on Workers, with its files. */
export interface Project {
  /** The folder that the command runs in. */
  readonly folder: string
  readonly wrangler: Wrangler
  readonly config: WranglerConfig
  readonly configPath: string
  /** The absolute path of the Worker's entry. */
  readonly main: string
  readonly env: string | undefined
  readonly vars: VarsFile | undefined
}

/** The name of the wrangler file, in sentences. */
export const fileOf = ({ configPath }: Project): string => basename(configPath)

// Wrangler's own words would stand between those of the command, and no run of it is to be reported.
const QUIET = {
  WRANGLER_LOG: 'none',
  WRANGLER_WRITE_LOGS: 'false',
  WRANGLER_SEND_METRICS: 'false',
  CLOUDFLARE_CF_FETCH_ENABLED: 'false',
}

/**
 * Opens the app in a folder, with the Wrangler that is installed there.
 *
 * @throws CommandError where it has no Wrangler, no wrangler file or no entry
 */
export function openProject(folder: string, env?: string): Project {
  Object.assign(process.env, QUIET)
  const wrangler = loadWrangler(folder)
  const config = readConfig(wrangler, { env })
  const { configPath, main } = config
  if (!configPath) {
    throw new CommandError(
      'There is no wrangler.jsonc, wrangler.json or wrangler.toml here. Run this in the folder of the app.',
    )
  }
  if (!main) throw new CommandError(`${relative(folder, configPath)} names no entry. Add one: "main": "src/index.ts"`)
  return { folder, wrangler, config, configPath, main, env, vars: findVars(configPath, env) }
}

/**
 * Reads a wrangler file.
 *
 * @throws CommandError with Wrangler's own words about a mistake in the file
 */
export function readConfig(wrangler: Wrangler, args: { config?: string; env?: string | undefined }): WranglerConfig {
  try {
    return wrangler.unstable_readConfig(args, { hideWarnings: true })
  } catch (error) {
    throw new CommandError(`Wrangler cannot read its file. ${error instanceof Error ? error.message : error}`)
  }
}

function loadWrangler(folder: string): Wrangler {
  let wrangler: Partial<Wrangler>
  try {
    wrangler = createRequire(join(folder, 'package.json'))('wrangler')
  } catch {
    throw new CommandError('Wrangler is not installed here: npm install --save-dev wrangler')
  }
  if (!wrangler.unstable_readConfig || !wrangler.unstable_DevEnv) {
    throw new CommandError(
      'The installed Wrangler is too old or too new for this command: npm install --save-dev wrangler@4',
    )
  }
  return wrangler as Wrangler
}

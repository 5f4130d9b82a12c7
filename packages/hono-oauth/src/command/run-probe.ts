import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { CommandError } from './command-error.ts'
import type { Report } from './probe.ts'
import type { DevEnv, Project } from './project.ts'
import { withoutSecrets } from './vars-file.ts'

const TIME_LIMIT_MS = 60_000
// A module beside this one: a `.ts` in the repository, a `.js` in the published package.
const PROBE = fileURLToPath(new URL(`./probe${extname(import.meta.url)}`, import.meta.url))

/**
 * Runs the app's own entry in workerd, with the bindings and settings of `wrangler dev`, and asks the probe. The app
 * reaches no other host meanwhile.
 *
 * @throws CommandError where the app cannot be bundled or does not start, with the words of Wrangler
 */
export async function runProbe(project: Project): Promise<Report> {
  await requireSamePackage(project)
  const folder = await mkdtemp(join(tmpdir(), 'hono-oauth-doctor-'))
  const devEnv = new project.wrangler.unstable_DevEnv()
  try {
    const entrypoint = join(folder, 'entry.js')
    await writeFile(entrypoint, entryOf(project))
    return await withTimeLimit(Promise.race([failureOf(devEnv), ask(devEnv, project, entrypoint)]))
  } catch (error) {
    throw new CommandError(withoutSecrets(wordsOf(error), { ...project.config.vars, ...project.vars?.values }))
  } finally {
    // A Worker that did not start fails to stop too, with the same error.
    await devEnv.teardown().catch(() => undefined)
    await rm(folder, { recursive: true })
  }
}

/** An entry that answers for the app. A class that the app does not export has a stand-in, so that the Worker starts. */
function entryOf({ main, config }: Project): string {
  const classes = config.durable_objects.bindings.filter((each) => !each.script_name).map((each) => each.class_name)
  const stated = [...new Set(classes)].map((name) => `export const ${name} = app['${name}'] ?? class {}`)
  return [
    `import { reportOn } from ${JSON.stringify(PROBE)}`,
    `import * as app from ${JSON.stringify(main)}`,
    `export * from ${JSON.stringify(main)}`,
    ...stated,
    'export default {',
    '  fetch: async (request, env, context) =>',
    '    Response.json(await reportOn(app, await request.json(), env, context)),',
    '}',
  ].join('\n')
}

async function ask(devEnv: DevEnv, { configPath, config, env }: Project, entrypoint: string): Promise<Report> {
  const worker = await devEnv.startWorker({
    config: configPath,
    entrypoint,
    env,
    dev: {
      server: { hostname: '127.0.0.1', port: 0 },
      inspector: false,
      watch: false,
      persist: false,
      remote: false,
      logLevel: 'none',
      outboundService: () => new Response(null, { status: 503 }),
    },
  })
  const answer = await worker.fetch('http://localhost/', { method: 'POST', body: JSON.stringify(config.vars) })
  const text = await answer.text()
  if (!answer.ok) throw new Error(text)
  return JSON.parse(text) as Report
}

/** Rejects with what Wrangler says when the Worker cannot be bundled, or does not start. */
function failureOf(devEnv: DevEnv): Promise<never> {
  return new Promise((_, reject) => {
    devEnv.on('error', reject)
    devEnv.on('buildFailed', reject)
  })
}

interface Failure {
  readonly message?: string
  readonly cause?: Failure
  /** The errors of the bundler. */
  readonly errors?: readonly { readonly text: string; readonly location?: { file: string; line: number } | null }[]
}

const LOGGED_MESSAGE = /"message":("(?:\\.|[^"\\])*")/

function wordsOf(event: unknown): string {
  const failure = event as Failure
  const errors = failure.errors ?? failure.cause?.errors ?? failure.cause?.cause?.errors
  const lines = errors?.map(({ text, location }) => `${location ? `${location.file}:${location.line}: ` : ''}${text}`)
  const message = lines?.join('\n') ?? failure.cause?.message ?? failure.message ?? String(event)
  // The last words of workerd are a line of its log.
  const [, logged] = LOGGED_MESSAGE.exec(message) ?? []
  return `The app does not start. Wrangler says:\n${logged === undefined ? message : JSON.parse(logged)}`
}

/** The probe has to be of the copy of the package that the app imports. */
async function requireSamePackage({ main }: Project): Promise<void> {
  let installed: string
  try {
    installed = createRequire(main).resolve('hono-oauth/package.json')
  } catch {
    throw new CommandError('hono-oauth is not installed here: npm install hono-oauth')
  }
  const own = createRequire(import.meta.url).resolve('../../package.json')
  if ((await realpath(installed)) === (await realpath(own))) return
  throw new CommandError(
    'The app imports another copy of hono-oauth. Run the command of that one: npx hono-oauth doctor',
  )
}

async function withTimeLimit<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const limit = new Promise<never>((_, reject) => {
    const error = new Error(`no answer within ${TIME_LIMIT_MS / 1000} seconds`)
    timer = setTimeout(() => reject(error), TIME_LIMIT_MS)
  })
  try {
    return await Promise.race([work, limit])
  } finally {
    clearTimeout(timer)
  }
}

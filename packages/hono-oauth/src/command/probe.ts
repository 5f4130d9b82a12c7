import type { Runtime } from '../middleware/runtime.ts'
import { runtimeOf, watchOAuth } from '../middleware/runtime-of.ts'

// Runs inside the app's own Worker, before the modules of the app. It asks no provider, and no value of a secret
// leaves it.

type Env = Readonly<Record<string, unknown>>
type Fetch = (request: Request, env: Env, context: unknown) => Response | Promise<Response>
/** What the entry of the app exports. */
type App = Readonly<Record<string, unknown>>

/** How the app answers at the path of the routes. */
export interface RoutesReport {
  readonly isMounted: boolean
  /** Whether the routes of the package answered. */
  readonly isAnswering: boolean
  /** The paths at which an exported Hono app has them. */
  readonly mountedAt: readonly string[]
  /** What the routes themselves say is wrong. */
  readonly problem?: string | undefined
}

/** What the configuration of one `createOAuth` means. */
export interface OAuthReport {
  /** The bindings that the configuration reads, and whether they have a value. */
  readonly reads: readonly { readonly name: string; readonly isSet: boolean }[]
  /** The error of the configuration on this machine. */
  readonly problem?: string | undefined
  /** The error of the configuration with the values that production has. */
  readonly productionProblem?: string | undefined
  readonly settings?: Settings | undefined
}

/** The settings of a configuration without an error. A `…Names` holds the bindings that a value comes from. */
export interface Settings {
  readonly origin: string
  readonly originNames: readonly string[]
  readonly emulatorNames: readonly string[]
  readonly keyNames: readonly string[]
  readonly basePath: string
  readonly providers: readonly {
    readonly name: string
    readonly redirectUri: string
    readonly webhookUrl?: string | undefined
  }[]
  readonly routes: RoutesReport
}

/** What `doctor` learns of a Worker. */
export interface Report {
  readonly exports: readonly string[]
  /** The names that have a value. */
  readonly bindings: readonly string[]
  readonly oauths: readonly OAuthReport[]
}

// Stands for an origin of production that is not in the wrangler file.
const SOME_ORIGIN = 'https://production.example'
const MIN_KEY_LENGTH = 32

const made: object[] = []
watchOAuth((oauth) => made.push(oauth))

/**
 * Reports on the configuration of an app.
 *
 * @param vars - the `vars` of the wrangler file: what production has
 */
export async function reportOn(app: App, vars: Env, env: Env, context: unknown): Promise<Report> {
  const oauths = await Promise.all(made.map((oauth) => reportOnOne(oauth, app, vars, env, context)))
  const bindings = Object.keys(env).filter((name) => hasValue(env, name))
  return { exports: Object.keys(app), bindings, oauths }
}

async function reportOnOne(oauth: object, app: App, vars: Env, env: Env, context: unknown): Promise<OAuthReport> {
  const read = new Set<string>()
  const { runtime, problem } = evaluate(oauth, recording(env, read))
  const reads = [...read].map((name) => ({ name, isSet: hasValue(env, name) }))
  const namesOf = (test: (value: string) => boolean) =>
    [...read].filter((name) => hasValue(env, name) && typeof env[name] === 'string' && test(env[name]))

  const config = runtime?.config
  const originNames = namesOf((value) => sameOrigin(value, config?.origin))
  const emulatorNames = namesOf((value) => value === config?.emulator)
  const unknownOrigin = originNames.filter((name) => vars[name] === undefined).map((name) => [name, SOME_ORIGIN])
  const leftOut = emulatorNames.map((name) => [name, undefined])
  const production = { ...env, ...vars, ...Object.fromEntries([...unknownOrigin, ...leftOut]) }
  const { problem: productionProblem } = evaluate(oauth, production)
  if (!runtime || !config) return { reads, problem, productionProblem }

  const keys = [config.keys].flat().join(',')
  const providers = Object.entries(config.providers).map(([name, { webhooks }]) => ({
    name,
    redirectUri: runtime.redirectUri(name),
    webhookUrl: webhooks && `${config.origin}${config.publicPath}/${name}/webhook`,
  }))
  const keyNames = namesOf((value) => value.length >= MIN_KEY_LENGTH && keys.includes(value))
  const { origin, basePath } = config
  const routes = await askRoutes(app, runtime, env, context)
  const settings = { origin, originNames, emulatorNames, keyNames, basePath, providers, routes }
  return { reads, productionProblem, settings }
}

const hasValue = (env: Env, name: string) => env[name] !== undefined && env[name] !== ''

const sameOrigin = (value: string, origin?: string) => URL.canParse(value) && new URL(value).origin === origin

function evaluate(oauth: object, env: Env): { readonly runtime?: Runtime | undefined; readonly problem?: string } {
  try {
    return { runtime: runtimeOf(oauth, env) }
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) }
  }
}

/** The same bindings, which note in `read` what is read of them. */
function recording(env: Env, read: Set<string>): Env {
  return new Proxy(env, {
    get(target, name) {
      if (typeof name === 'string') read.add(name)
      return Reflect.get(target, name)
    },
  })
}

/** Opens the login of a provider that does not exist: the routes answer before they ask or store anything. */
async function askRoutes(app: App, { config, isMounted }: Runtime, env: Env, context: unknown): Promise<RoutesReport> {
  const fetch = (app['default'] as { readonly fetch?: Fetch } | undefined)?.fetch
  // An entry that is a class has to be made by the runtime.
  if (!fetch) return { isMounted: isMounted(), isAnswering: isMounted(), mountedAt: [] }
  const ask = (request: Request) => fetch.call(app['default'], request, env, context)
  let problem: string | undefined
  for (const path of new Set([config.publicPath, config.basePath])) {
    const { code, detail } = await answerAt(ask, `${config.origin}${path}/no-such-provider/login`)
    if (code === 'provider_unknown') return { isMounted: true, isAnswering: true, mountedAt: [] }
    if (code === 'configuration_invalid') problem = detail
  }
  return { isMounted: isMounted(), isAnswering: false, mountedAt: mountPaths(app), problem }
}

async function answerAt(
  ask: (request: Request) => Response | Promise<Response>,
  url: string,
): Promise<{ readonly code?: string; readonly detail?: string }> {
  try {
    const answer = await ask(new Request(url, { headers: { accept: 'application/json' } }))
    return ((await answer.json()) ?? {}) as { code?: string; detail?: string }
  } catch {
    // The app answers with something else there.
    return {}
  }
}

const LOGIN_ROUTE = '/:provider/login'

/** The paths at which an exported Hono app has the routes. An OAuth object is left out: it would count as mounted. */
function mountPaths(app: App): string[] {
  const exported = Object.values(app).filter(
    (each) => typeof each === 'object' && each !== null && !made.includes(each),
  )
  const routes = (exported as { readonly routes?: unknown }[]).flatMap((each) =>
    Array.isArray(each.routes) ? (each.routes as { readonly path?: string }[]) : [],
  )
  const paths = routes.map(({ path }) => path ?? '').filter((path) => path.endsWith(LOGIN_ROUTE))
  return [...new Set(paths.map((path) => path.slice(0, -LOGIN_ROUTE.length)))].filter(Boolean)
}

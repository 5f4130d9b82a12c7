import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import type { Change } from './change.ts'
import { isIgnored } from './check-git.ts'
import { editEntry, entryLines } from './entry-file.ts'
import { newKey } from './keygen.ts'
import { CLASS_NAME, oauthFile, providerLines } from './oauth-file.ts'
import type { PresetExample } from './preset-example.ts'
import type { Project } from './project.ts'
import { addBinding } from './wrangler-file.ts'

export const LOCAL_ORIGIN = 'http://localhost:8787'

/** What `init` does to an app. */
export interface Plan {
  readonly changes: Change[]
  /** What a person has to add, with its file. */
  readonly byHand: string[]
}

/** The module of an app that has its configuration. */
interface Configuration {
  readonly path: string
  readonly text: string
  /** Whether the app has it already. */
  readonly isThere: boolean
}

/** Plans what an app lacks. What is there stays as it is. */
export function planOf(project: Project, preset: PresetExample): Plan {
  const plan: Plan = { changes: [], byHand: [] }
  const { main } = project
  const entry = readFileSync(main, 'utf8')
  const isTyped = /\.[cm]?tsx?$/.test(main)
  const configuration = findConfiguration(main, entry) ?? {
    path: join(dirname(main), `oauth${isTyped ? '.ts' : '.js'}`),
    text: oauthFile(preset, isTyped),
    isThere: false,
  }
  planBinding(plan, project, configuration)
  if (!configuration.isThere) write(plan, configuration.path, undefined, configuration.text)
  else if (!hasProvider(configuration, preset)) {
    plan.byHand.push(handText(project, configuration.path, providerLines(preset)))
  }
  if (configuration.path !== main && !/\boauth\.routes\b/.test(entry)) {
    const exported = configuration.text.includes(`class ${CLASS_NAME} `) ? CLASS_NAME : undefined
    const lines = entryLines(entry, isTyped, exported)
    const edited = editEntry(entry, lines)
    if (edited === undefined) plan.byHand.push(handText(project, main, [...lines.imports, lines.mount('app')]))
    else write(plan, main, entry, edited)
  }
  planVars(plan, project, preset, configuration)
  return plan
}

/** The entry, or `oauth` beside it. */
function findConfiguration(main: string, entry: string): Configuration | undefined {
  if (/\bcreateOAuth\(/.test(entry)) return { path: main, text: entry, isThere: true }
  const paths = ['oauth.ts', 'oauth.js'].map((name) => join(dirname(main), name))
  const path = paths.find((each) => existsSync(each))
  return path === undefined ? undefined : { path, text: readFileSync(path, 'utf8'), isThere: true }
}

const hasProvider = ({ text }: Configuration, { call }: PresetExample) => text.includes(`${call}(`)

function planBinding(plan: Plan, project: Project, { text }: Configuration): void {
  const { configPath, config } = project
  const before = readFileSync(configPath, 'utf8')
  const edit = addBinding(project, before, text)
  if (edit.text !== undefined) write(plan, configPath, before, edit.text)
  if (edit.byHand) plan.byHand.push(handText(project, configPath, edit.byHand))
  const environments = config.definedEnvironments ?? []
  if ((edit.text ?? edit.byHand) === undefined || environments.length === 0) return
  plan.byHand.push(`An environment inherits no binding. Add it to each one that you use: ${environments.join(', ')}.`)
}

/** The settings that `wrangler dev` needs, and the line that keeps them out of Git. */
function planVars(plan: Plan, project: Project, preset: PresetExample, configuration: Configuration): void {
  const { config, configPath, vars } = project
  const path = vars?.path ?? join(dirname(configPath), '.dev.vars')
  const key = newKey()
  const settings = Object.entries({
    PUBLIC_ORIGIN: LOCAL_ORIGIN,
    OAUTH_KEYS: key,
    ...Object.fromEntries(preset.variables.map((name) => [name, ''])),
  })
  const isRead = (name: string) =>
    configuration.text.includes(`env.${name}`) ||
    (preset.variables.includes(name) && !hasProvider(configuration, preset))
  // A public origin in the wrangler file would count on this machine too.
  const isInFile = (name: string, value: string) =>
    value === LOCAL_ORIGIN ? config.vars[name] === LOCAL_ORIGIN : config.vars[name] !== undefined
  const added = settings.filter(
    ([name, value]) => isRead(name) && vars?.values[name] === undefined && !isInFile(name, value),
  )
  const before = vars && readFileSync(path, 'utf8')
  const lines = added.map(([name, value]) => `${name}=${value}\n`).join('')
  if (added.length > 0) write(plan, path, before, appended(before, lines), key)
  const unlisted = added.map(([name]) => name).filter((name) => config.secrets?.required?.includes(name) === false)
  if (unlisted.length > 0) {
    plan.byHand.push(`Wrangler loads only the names in "secrets" of its file. Add there: ${unlisted.join(', ')}.`)
  }
  planIgnore(plan, path)
}

function planIgnore(plan: Plan, varsPath: string): void {
  const name = basename(varsPath)
  const path = join(dirname(varsPath), '.gitignore')
  const text = existsSync(path) ? readFileSync(path, 'utf8') : undefined
  const isListed = () => text?.split(/\r?\n/).some((line) => line === name || line === `${name}*`)
  if (!(isIgnored(varsPath) ?? isListed())) write(plan, path, text, appended(text, `${name}\n`))
}

function write(plan: Plan, path: string, before: string | undefined, after: string, secret?: string): void {
  plan.changes.push({ path, before, after, secret })
}

function appended(before = '', lines: string): string {
  return `${before}${before === '' || before.endsWith('\n') ? '' : '\n'}${lines}`
}

function handText({ folder }: Project, path: string, lines: readonly string[]): string {
  return `Add to ${relative(folder, path)} by hand:\n${lines.join('\n').replaceAll(/^/gm, '    ')}`
}

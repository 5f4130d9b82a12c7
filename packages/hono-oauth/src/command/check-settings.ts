import { basename } from 'node:path'
import { isLoopback } from '../protocol/back-channel.ts'
import type { Finding } from './finding.ts'
import type { OAuthReport, Settings } from './probe.ts'
import { fileOf, type Project } from './project.ts'
import { withoutSecrets } from './vars-file.ts'

const SECRET_NAME = /SECRET|PRIVATE_KEY/

/** Whether production has a name: as a variable, or as a secret that a deployment asks for. */
function hasInProduction({ config }: Project, name: string): boolean {
  return config.vars[name] !== undefined || config.secrets?.required?.includes(name) === true
}

/** Checks what one configuration means, here and in production. */
export function checkSettings(project: Project, report: OAuthReport, bindings: readonly string[]): Finding[] {
  const { settings } = report
  const found = settings ? [...checkOriginIn(project, settings), ...checkSecrets(project, report, settings)] : []
  return [...found, ...checkErrors(project, report, bindings)]
}

/** The errors of the configuration, in its own words. */
function checkErrors(project: Project, report: OAuthReport, bindings: readonly string[]): Finding[] {
  const { problem, productionProblem, reads } = report
  const masked = (text: string) => withoutSecrets(text, { ...project.config.vars, ...project.vars?.values })
  if (problem !== undefined) {
    const missing = reads.filter(({ isSet }) => !isSet).map(({ name }) => name)
    return [
      {
        level: 'fault',
        problem: `The configuration has an error: ${masked(problem)}`,
        ...missingText(project, missing, bindings),
      },
    ]
  }
  if (productionProblem === undefined) return []
  const advice = `It appears with the "vars" of ${fileOf(project)}, and with a public origin.`
  return [
    { level: 'fault', problem: `The configuration has an error in production: ${masked(productionProblem)}`, advice },
  ]
}

function missingText(
  project: Project,
  missing: readonly string[],
  bindings: readonly string[],
): { readonly advice?: string } {
  if (missing.length === 0) return {}
  const { config, vars } = project
  const files = [fileOf(project), ...(vars ? [basename(vars.path)] : [])].join(' and ')
  const lines = [
    `It reads names without a value: ${missing.join(', ')}.`,
    `Names that have a value, from ${files}: ${bindings.join(', ') || 'none'}.`,
  ]
  const excluded = missing.filter((name) => config.secrets && vars?.values[name])
  if (excluded.length > 0) {
    lines.push(`Wrangler loads only the names in "secrets": { "required": […] }. Add there: ${excluded.join(', ')}.`)
  }
  return { advice: lines.join('\n') }
}

function checkOriginIn(project: Project, { origin, originNames, emulatorNames }: Settings): Finding[] {
  const found: Finding[] = []
  const file = fileOf(project)
  const name = originNames.find((each) => project.config.vars[each] !== undefined)
  const value = name === undefined ? undefined : project.config.vars[name]
  if (typeof value === 'string' && URL.canParse(value) && isLoopback(new URL(value))) {
    found.push({
      level: 'fault',
      problem: `Production gets the origin ${value}, because ${name} is in "vars" of ${file}.`,
      advice: 'Write the public origin there, and the local one into .dev.vars: on your machine that one is used.',
      lines: [`"vars": { "${name}": "https://app.example" }`],
    })
  }
  if (originNames.length === 0 && isLoopback(new URL(origin))) {
    found.push({
      level: 'fault',
      problem: `Production gets the origin ${origin}: no setting of the Worker holds it.`,
      advice: 'Read it from env, and set it for each place.',
      lines: ['origin: env.PUBLIC_ORIGIN,'],
    })
  }
  for (const each of emulatorNames.filter((emulator) => hasInProduction(project, emulator))) {
    found.push({
      level: 'fault',
      problem: `Production gets the setting emulator, because ${each} is in ${file}.`,
      advice: 'A public origin with an emulator is refused. Keep it in .dev.vars alone.',
      lines: [`${each}=http://localhost:9000`],
    })
  }
  return found
}

function checkSecrets(project: Project, { reads }: OAuthReport, settings: Settings): Finding[] {
  const found: Finding[] = []
  const { vars } = project.config
  const file = fileOf(project)
  const { keyNames, originNames, emulatorNames } = settings
  const flag = project.env === undefined ? '' : ` --env ${project.env}`
  const put = (name: string) => {
    if (keyNames.includes(name)) return `npx hono-oauth keygen | npx wrangler secret put ${name}${flag}`
    return `npx wrangler secret put ${name}${flag}${originNames.includes(name) ? '   # such as https://app.example' : ''}`
  }
  if (keyNames.length === 0) {
    found.push({
      level: 'warning',
      problem: 'The keys come from no setting of the Worker: they may stand in the code.',
      advice: 'Read them from a secret.',
      lines: ['keys: env.OAUTH_KEYS,', put('OAUTH_KEYS')],
    })
  }
  for (const name of keyNames.filter((each) => vars[each] !== undefined)) {
    found.push({
      level: 'fault',
      problem: `The keys are not secret: ${name} is in "vars" of ${file}, for everyone who reads that file.`,
      advice: 'Delete the line, and make a new key.',
      lines: [put(name)],
    })
  }
  const names = reads.map(({ name }) => name)
  for (const name of names.filter((each) => SECRET_NAME.test(each) && !keyNames.includes(each))) {
    if (vars[name] === undefined) continue
    found.push({
      level: 'warning',
      problem: `${name} is in "vars" of ${file}. Its name says that it is a secret.`,
      advice: 'Delete the line, ask the provider for a new one, and set it as a secret.',
      lines: [put(name)],
    })
  }
  const { values: local = {}, path: localFile = '' } = project.vars ?? {}
  const unset = names.filter(
    (name) => local[name] !== undefined && !hasInProduction(project, name) && !emulatorNames.includes(name),
  )
  if (unset.length > 0) {
    // With "secrets" in its file, Wrangler loads no other name from .dev.vars.
    const others = [...Object.keys(local), ...emulatorNames].filter((name) => !unset.includes(name))
    const canList = others.every((name) => hasInProduction(project, name) && !emulatorNames.includes(name))
    const list = `"secrets": { "required": ${JSON.stringify([...(project.config.secrets?.required ?? []), ...unset])} }`
    found.push({
      level: 'warning',
      problem: `${file} does not say where production gets ${unset.join(', ')}: they are in ${basename(localFile)} alone.`,
      advice: canList
        ? 'Set each one once. With the last line in that file, a deployment without one is refused.'
        : 'Set each one once.',
      lines: [...unset.map(put), ...(canList ? [list] : [])],
    })
  }
  return found
}

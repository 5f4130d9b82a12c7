import { relative } from 'node:path'
import { isLoopback } from '../protocol/back-channel.ts'
import { checkGit } from './check-git.ts'
import { checkSettings } from './check-settings.ts'
import { checkFound, checkObjects, checkRoutes } from './check-worker.ts'
import { type Finding, textOf } from './finding.ts'
import type { Report, Settings } from './probe.ts'
import { openProject, type Project } from './project.ts'
import { runProbe } from './run-probe.ts'

/**
 * Says what will fail when the app in a folder is deployed, and what to register at the providers.
 *
 * @param env - an environment of the wrangler file
 * @returns the exit code: 1 where something will fail
 * @throws CommandError where the app cannot be read or run
 */
export async function doctor(folder: string, env: string | undefined): Promise<number> {
  const project = openProject(folder, env)
  const files = [project.configPath, project.main, ...(project.vars ? [project.vars.path] : [])]
  console.log(`Reading ${files.map((file) => relative(folder, file)).join(', ')}.\n`)
  const report = await runProbe(project)
  const findings = findingsOf(project, report)
  for (const finding of findings) console.log(`${textOf(finding)}\n`)
  for (const { settings } of report.oauths) {
    if (settings) console.log(`${registrationsOf(project, settings)}\n`)
  }
  const count = (level: Finding['level']) => findings.filter((each) => each.level === level).length
  console.log(`Faults: ${count('fault')}. Warnings: ${count('warning')}.`)
  return count('fault') > 0 ? 1 : 0
}

function findingsOf(project: Project, report: Report): Finding[] {
  const { oauths, bindings } = report
  return [
    ...checkFound(project, oauths),
    ...oauths.flatMap((each) => checkSettings(project, each, bindings)),
    ...oauths.flatMap(({ settings }) => (settings ? checkRoutes(settings) : [])),
    ...checkObjects(project, report),
    ...checkGit(project),
  ].sort((a, b) => a.level.localeCompare(b.level))
}

/** The addresses that the providers have to know. */
function registrationsOf({ config }: Project, { origin, originNames, providers }: Settings): string {
  const set = originNames.map((name) => config.vars[name]).find((value) => typeof value === 'string')
  const isLocal = isLoopback(new URL(origin))
  const known = set !== undefined && URL.canParse(set) && !isLoopback(new URL(set)) ? new URL(set).origin : undefined
  const shown = known ?? origin
  const at = (url: string) => (url.startsWith(`${origin}/`) ? shown + url.slice(origin.length) : url)
  const rows = providers.flatMap(({ name, redirectUri, webhookUrl }) => [
    `  ${name}: redirect URI ${at(redirectUri)}`,
    ...(webhookUrl === undefined ? [] : [`  ${name}: webhooks     ${at(webhookUrl)}`]),
  ])
  const note = known === undefined && isLocal ? [`  In production, write its origin in place of ${origin}.`] : []
  return ['Register at the providers, to the last character:', ...rows, ...note].join('\n')
}

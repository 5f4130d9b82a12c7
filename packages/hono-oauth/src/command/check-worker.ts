import { basename } from 'node:path'
import type { Finding } from './finding.ts'
import type { OAuthReport, Report, Settings } from './probe.ts'
import { fileOf, type Project } from './project.ts'

/** Checks that the app mounts the routes where the configuration says. */
export function checkRoutes({ basePath, routes }: Settings): Finding[] {
  const { isMounted, isAnswering, mountedAt, problem } = routes
  if (isAnswering || mountedAt.includes(basePath)) return []
  const lines = [`app.route('${basePath}', oauth.routes)`]
  if (!isMounted)
    return [{ level: 'fault', problem: 'The routes are not mounted.', advice: 'Add the line to the app.', lines }]
  const [elsewhere] = mountedAt
  if (elsewhere !== undefined) {
    return [
      {
        level: 'fault',
        problem: `The routes are mounted at ${elsewhere}, and basePath is ${basePath}.`,
        advice: 'Mount them at basePath, or change basePath.',
        lines: [...lines, `basePath: '${elsewhere}',`],
      },
    ]
  }
  if (problem !== undefined) return [{ level: 'fault', problem }]
  return [
    {
      level: 'warning',
      problem: `The routes did not answer at ${basePath}: something else in the app did.`,
      advice: 'Look at what stands before them.',
      lines,
    },
  ]
}

/** Checks the Durable Objects of the wrangler file against the classes that the app exports. */
export function checkObjects(project: Project, { exports, oauths }: Report): Finding[] {
  const { durable_objects, migrations, exports: declared = {} } = project.config
  const own = durable_objects.bindings.filter(({ script_name }) => !script_name)
  const withSql = migrations.flatMap((each) => [
    ...(each.new_sqlite_classes ?? []),
    ...(each.renamed_classes ?? []).map(({ to }) => to),
  ])
  const withoutSql = migrations.flatMap((each) => each.new_classes ?? [])
  const isOurs = (name: string) => oauths.some(({ reads }) => reads.some((each) => each.name === name))
  return own.flatMap(({ name, class_name }) => {
    const found: Finding[] = []
    if (!exports.includes(class_name)) {
      found.push({
        level: 'fault',
        problem: `${fileOf(project)} binds ${name} to the class ${class_name}, and the entry does not export it.`,
        advice: `Export it from ${basename(project.main)}.`,
        lines: [`export class ${class_name} extends connectionsObject(oauth) {}`].filter(() => isOurs(name)),
      })
    }
    if (withSql.includes(class_name) || Object.hasOwn(declared, class_name)) return found
    if (withoutSql.includes(class_name)) {
      if (!isOurs(name)) return found
      found.push({
        level: 'fault',
        problem: `The class ${class_name} is in "new_classes": such an object has no SQLite, which it needs here.`,
        advice: 'Name it in "new_sqlite_classes". A deployed class cannot change: give it a new name.',
        lines: [`"new_sqlite_classes": ["${class_name}"]`],
      })
      return found
    }
    const migration = `{ "tag": "v${migrations.length + 1}", "new_sqlite_classes": ["${class_name}"] }`
    found.push({
      level: 'fault',
      problem: `The class ${class_name} has no migration in ${fileOf(project)}: it cannot be deployed.`,
      advice: migrations.length === 0 ? 'Add one.' : 'Add one at the end of "migrations".',
      lines: [migrations.length === 0 ? `"migrations": [${migration}]` : migration],
    })
    return found
  })
}

/** Checks that the entry makes an OAuth object. */
export function checkFound(project: Project, oauths: readonly OAuthReport[]): Finding[] {
  if (oauths.length > 0) return []
  return [
    {
      level: 'fault',
      problem: `No createOAuth ran while ${basename(project.main)} was loaded.`,
      advice: 'Make the object once, outside of handlers. `npx hono-oauth init` adds it to an app.',
      lines: ['export const oauth = createOAuth((env: Env) => ({ … }))'],
    },
  ]
}

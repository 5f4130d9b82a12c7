import { writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, join, relative } from 'node:path'
import { createInterface } from 'node:readline/promises'
import { diffOf } from './change.ts'
import { LOCAL_ORIGIN, planOf } from './plan.ts'
import { findPreset, type PresetExample } from './preset-example.ts'
import { openProject, type Project } from './project.ts'

/**
 * Adds hono-oauth to the app in a folder. What is there stays as it is.
 *
 * @param isAgreed - writes without asking
 * @returns the exit code: 1 where nothing was written without consent
 * @throws CommandError where the app cannot be read
 */
export async function init(
  folder: string,
  { provider, isAgreed }: { readonly provider: string; readonly isAgreed: boolean },
): Promise<number> {
  const preset = await findPreset(provider)
  const project = openProject(folder)
  const { changes, byHand } = planOf(project, preset)
  for (const change of changes) console.log(`${diffOf(folder, change)}\n`)
  for (const lines of byHand) console.log(`${lines}\n`)
  if (changes.length === 0) {
    console.log('There is nothing to write.')
    return 0
  }
  if (!(isAgreed || (await isConfirmed()))) return 1
  for (const { path, after } of changes) writeFileSync(path, after)
  console.log(`Written: ${changes.map(({ path }) => relative(folder, path)).join(', ')}.\n`)
  console.log(nextSteps(project, preset))
  return 0
}

/** Asks the person at the terminal. Without a terminal there is no consent. */
async function isConfirmed(): Promise<boolean> {
  if (!process.stdin.isTTY || !process.stdout.isTTY) {
    console.log('Nothing was written: there is no terminal to ask at. With --yes it writes without asking.')
    return false
  }
  const terminal = createInterface({ input: process.stdin, output: process.stdout })
  const answer = await terminal.question('Write this? (y/N) ')
  terminal.close()
  const isYes = /^y(es)?$/i.test(answer.trim())
  if (!isYes) console.log('Nothing was written.')
  return isYes
}

function nextSteps({ folder, vars }: Project, { name, variables }: PresetExample): string {
  const file = vars ? basename(vars.path) : '.dev.vars'
  const steps = [
    ...(isInstalled(folder) ? [] : ['npm install hono hono-oauth']),
    `Write ${variables.join(', ')} into ${file}.`,
    `At the provider, register the redirect URI ${LOCAL_ORIGIN}/auth/${name}/callback`,
    `npx wrangler dev, and open ${LOCAL_ORIGIN}/auth/${name}/login`,
    'Before you deploy: npx hono-oauth doctor',
  ]
  return ['Next:', ...steps.map((step, index) => `  ${index + 1}. ${step}`)].join('\n')
}

function isInstalled(folder: string): boolean {
  try {
    createRequire(join(folder, 'package.json')).resolve('hono-oauth/package.json')
    return true
  } catch {
    return false
  }
}

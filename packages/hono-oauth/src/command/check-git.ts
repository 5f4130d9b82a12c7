import { execFileSync } from 'node:child_process'
import { basename, dirname } from 'node:path'
import type { Finding } from './finding.ts'
import type { Project } from './project.ts'

/** Checks that Git does not take the secrets of this machine. */
export function checkGit({ vars }: Project): Finding[] {
  if (!vars) return []
  const name = basename(vars.path)
  const ignore = `echo ${name} >> .gitignore`
  if (git(vars.path, 'ls-files', '--error-unmatch') === 0) {
    return [
      {
        level: 'fault',
        problem: `Git has ${name}, with its secrets.`,
        advice: 'Take it out of Git, and change each secret that was in it.',
        lines: [`git rm --cached ${name}`, ignore],
      },
    ]
  }
  if (isIgnored(vars.path) !== false) return []
  return [
    {
      level: 'fault',
      problem: `Git does not ignore ${name}: the next \`git add\` takes its secrets.`,
      lines: [ignore],
    },
  ]
}

/** Whether Git ignores a file; `undefined` outside of a repository, or without Git. */
export function isIgnored(path: string): boolean | undefined {
  const code = git(path, 'check-ignore', '--quiet', '--no-index')
  return code === 0 || code === 1 ? code === 0 : undefined
}

/** The exit code of Git for a file; `undefined` without Git. */
function git(path: string, ...args: readonly string[]): number | undefined {
  try {
    execFileSync('git', [...args, basename(path)], { cwd: dirname(path), stdio: 'ignore' })
    return 0
  } catch (error) {
    return (error as { readonly status?: number | null }).status ?? undefined
  }
}

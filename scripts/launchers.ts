import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

const PAUSE_MS = 500
const MAX_DEPTH = 12
// Both set their own title: `npm exec pnpm@12 start`, `pnpm start`.
const PACKAGE_MANAGER = /^(\S*\/)?(node\s+\S*)?(npm|npx|pnpm|pnpx)(-cli)?(\.\w+)?(\s|$)/

interface Ancestor {
  readonly pid: number
  readonly command: string
}

/**
 * Calls back when a package manager that started this process has ended. A signal to npx alone does not reach what it
 * started: npx ends, and pnpm goes on.
 */
export function whenLauncherEnds(callback: () => void): void {
  const pids = launchers(ancestors())
  const timer = setInterval(() => {
    if (pids.every(isAlive)) return
    clearInterval(timer)
    callback()
  }, PAUSE_MS)
  timer.unref()
}

/** The process ids up to the outermost package manager; none without one. The terminal's shell may end before it. */
export function launchers(line: readonly Ancestor[]): number[] {
  const outermost = line.findLastIndex(({ command }) => PACKAGE_MANAGER.test(command))
  return line.slice(0, outermost + 1).map(({ pid }) => pid)
}

/** The ancestors of this process, nearest first. */
function ancestors(): Ancestor[] {
  const line: Ancestor[] = []
  for (let pid = process.ppid; pid > 1 && line.length < MAX_DEPTH; ) {
    const found = describe(pid)
    if (!found) break
    line.push({ pid, command: found.command })
    pid = found.ppid
  }
  return line
}

/** The parent and the command line of a process; `undefined` where the system does not tell. */
function describe(pid: number): { ppid: number; command: string } | undefined {
  try {
    if (process.platform === 'linux') {
      const ppid = /^PPid:\s*(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()
      return { ppid: Number(ppid), command }
    }
    const text = execFileSync('ps', ['-o', 'ppid=,args=', '-p', String(pid)], { encoding: 'utf8' })
    const [, ppid, command = ''] = /^\s*(\d+)\s+(.*)/.exec(text) ?? []
    return { ppid: Number(ppid), command: command.trim() }
  } catch {
    return undefined
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

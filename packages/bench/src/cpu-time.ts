import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'

const PAUSE_MS = 10
const MAX_PAUSES = 100

/** The processes that this one has started. */
export function childProcesses(): number[] {
  const path = `/proc/self/task/${process.pid}/children`
  return readFileSync(path, 'utf8').trim().split(/\s+/).filter(Boolean).map(Number)
}

/**
 * The CPU time of all threads of a process since it began, in microseconds.
 *
 * `/proc/<pid>/stat` has the same sum in steps of 10 ms; the scheduler's own files count nanoseconds.
 */
function readCpuTime(pid: number): number {
  let nanoseconds = 0
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    const [running] = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')
    nanoseconds += Number(running)
  }
  return nanoseconds / 1000
}

/** The same, once the process has nothing to do any more: what is left of an answer counts with it. */
export async function settledCpuTime(pid: number): Promise<number> {
  let last = readCpuTime(pid)
  for (let pause = 0; pause < MAX_PAUSES; pause++) {
    await wait(PAUSE_MS)
    const now = readCpuTime(pid)
    if (now === last) return now
    last = now
  }
  return last
}

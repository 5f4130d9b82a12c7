import type { ChildProcess } from 'node:child_process'
import { stripVTControlCharacters } from 'node:util'

/** Waits for a text in what a process prints from now on; returns it. */
export function prints(child: ChildProcess, text: string | RegExp): Promise<string> {
  let output = ''
  return new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (chunk: string) => {
        output += stripVTControlCharacters(chunk)
        const [found] = typeof text === 'string' ? [output.includes(text) && text] : (text.exec(output) ?? [])
        if (found) resolve(found)
      })
    }
    child.once('close', () => reject(new Error(output)))
  })
}

import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const APP = fileURLToPath(new URL('../../', import.meta.url))

/** Returns the script that `wrangler deploy` would upload, and the text that it prints. */
export async function dryRunDeploy(): Promise<{ script: string; output: string }> {
  const outdir = await mkdtemp(join(tmpdir(), 'site-connector-'))
  try {
    const { stdout } = await promisify(execFile)(
      join(APP, 'node_modules/.bin/wrangler'),
      ['deploy', '--dry-run', '--outdir', outdir],
      { cwd: APP, env: { ...process.env, WRANGLER_SEND_METRICS: 'false', NO_COLOR: '1' } },
    )
    return { script: await readFile(join(outdir, 'index.js'), 'utf8'), output: stdout }
  } finally {
    await rm(outdir, { recursive: true })
  }
}

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { report } from './report.ts'
import { measure, type Plan } from './rounds.ts'

// On two CPUs V8's own threads can wait for each other for ever.
process.env['MINIFLARE_WORKERD_V8_FLAGS'] = '--single-threaded'

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    seed: { type: 'string', default: '1' },
  },
})

const QUICK = {
  rounds: 3,
  flows: 10,
  requests: 200,
  warmUp: { flows: 20, requests: 1000 },
  coldRounds: 2,
}
const FULL = {
  rounds: 11,
  flows: 32,
  requests: 500,
  warmUp: { flows: 150, requests: 3000 },
  coldRounds: 7,
}

const plan: Plan = { seed: Number(values.seed), ...(values.quick ? QUICK : FULL) }
if (!Number.isSafeInteger(plan.seed)) throw new Error('--seed must be a whole number.')

const command = ['npx -y pnpm@12 bench', ...process.argv.slice(2)].join(' ')
const folder = await mkdtemp(join(tmpdir(), 'hono-oauth-bench-'))
try {
  const results = await measure(plan, folder, (text) => console.error(text))
  const text = report(results, plan, command)
  console.log(text)
  // A quick run is too short for figures that stay.
  if (!values.quick) await writeFile(new URL('../RESULTS.md', import.meta.url), text)
} finally {
  await rm(folder, { recursive: true })
}

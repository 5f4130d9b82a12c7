// `pnpm growth:measure`: what a request costs with many stored connections, and what it asks of its storage.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { versions } from '../src/versions.ts'
import { countOperations } from './count-operations.ts'
import { type CostPlan, measureCost } from './measure-cost.ts'
import { measureOwner, type OwnerPlan } from './measure-owner.ts'
import { writeFigures } from './report/write.ts'
import { fileText, type Measured } from './results.ts'

// On two CPUs V8's own threads can wait for each other for ever.
process.env['MINIFLARE_WORKERD_V8_FLAGS'] = '--single-threaded'

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    seed: { type: 'string', default: '1' },
  },
})
const FULL: CostPlan = {
  seed: Number(values.seed),
  sizes: [1, 1000, 100_000, 1_000_000],
  rounds: 15,
  requests: 400,
  warmUp: 3000,
  visitors: 200,
  neighbours: 100_000,
}
const QUICK: CostPlan = {
  ...FULL,
  sizes: [1, 1000],
  rounds: 3,
  requests: 200,
  warmUp: 500,
  visitors: 20,
  neighbours: 1000,
}
const plan = values.quick ? QUICK : FULL
const ownerPlan: OwnerPlan = { ...plan, sizes: values.quick ? [1, 10] : [1, 10, 100, 1000], requests: 200, warmUp: 500 }
const say = (text: string) => console.error(text)

const folder = await mkdtemp(join(tmpdir(), 'hono-oauth-growth-'))
try {
  say('counting operations, and then owners with many connections')
  const operations = await countOperations(join(folder, 'counted'), plan.neighbours)
  const measured: Measured = {
    command: ['npx -y pnpm@12 growth:measure', ...process.argv.slice(2)].join(' '),
    plan,
    ownerPlan,
    cpus: availableParallelism(),
    versions: versions().filter((each) => /^(hono-oauth|hono|miniflare|workerd|node) /.test(each)),
    operations,
    owners: await measureOwner(ownerPlan, join(folder, 'owners')),
    costs: await measureCost(plan, join(folder, 'filled'), say),
  }
  const text = fileText(measured)
  console.log(text)
  // A quick run is too short for figures that stay.
  if (!values.quick) {
    await writeFile(new URL('measured.json', import.meta.url), text)
    writeFigures()
  }
} finally {
  await rm(folder, { recursive: true, force: true })
}

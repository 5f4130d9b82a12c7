import { buildOf } from '../../tsdown.base.ts'
import manifest from './package.json' with { type: 'json' }

// The command writes an entry that imports the probe, so no module leads to it.
export default buildOf(manifest, ['./src/command/probe.ts'])

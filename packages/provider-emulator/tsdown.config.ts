import { buildOf } from '../../tsdown.base.ts'
import manifest from './package.json' with { type: 'json' }

export default buildOf(manifest)

// Prints the size of each contender's Worker, minified and gzipped.
import { sizeText } from '../../../scripts/size-text.ts'
import { buildWorker } from './build-worker.ts'
import { CONTENDERS } from './contenders.ts'

for (const { name, entry } of CONTENDERS) {
  console.log(`${sizeText(await buildWorker(entry, { minify: true }))}  ${name}`)
}

// Prints the size of each contender's Worker, minified and gzipped.
import { gzipSync } from 'node:zlib'
import { buildWorker } from './build-worker.ts'
import { CONTENDERS } from './contenders.ts'

for (const { name, entry } of CONTENDERS) {
  const code = await buildWorker(entry, { minify: true })
  const gzipped = gzipSync(code, { level: 9 }).byteLength
  console.log(`${kilobytes(Buffer.byteLength(code))} min  ${kilobytes(gzipped)} min+gz  ${name}`)
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(1).padStart(6)} kB`
}

import { gzipSync } from 'node:zlib'

const kilobytes = (bytes: number) => `${(bytes / 1000).toFixed(1).padStart(6)} kB`

/** The size of a bundle: minified, and gzipped too. */
export function sizeText(code: string | Uint8Array): string {
  return `${kilobytes(Buffer.byteLength(code))} min  ${kilobytes(gzipSync(code, { level: 9 }).byteLength)} min+gz`
}

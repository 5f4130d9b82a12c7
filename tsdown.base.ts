import type { UserConfig } from 'tsdown'

/** A manifest whose exports, and commands, name sources during development. */
interface Manifest {
  readonly exports: Readonly<Record<string, string>>
  readonly bin?: Readonly<Record<string, string>>
}

/**
 * How a package is built: for each source that its exports and commands reach, one module in `dist` with its types.
 * Stack traces and bundlers see the modules as they are written. Source maps would repeat the same code.
 */
export const buildOf = ({ exports, bin = {} }: Manifest): UserConfig => ({
  entry: [...Object.values(exports), ...Object.values(bin)].filter((path) => path.endsWith('.ts')),
  platform: 'neutral',
  target: 'es2022',
  unbundle: true,
  deps: { neverBundle: [/^(node|cloudflare):/] },
  // The compiler of the workspace emits the types, and tsdown keeps what the entries reach.
  dts: true,
  suppressWarnings: /`tsgo` generator on TypeScript 7\.0 is deprecated/,
  failOnWarn: true,
  logLevel: 'warn',
})

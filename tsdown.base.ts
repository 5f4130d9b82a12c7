import type { UserConfig } from 'tsdown'

/** A manifest whose exports, and commands, name sources during development. */
interface Manifest {
  readonly exports: Readonly<Record<string, string>>
  readonly bin?: Readonly<Record<string, string>>
}

/**
 * How a package is built: for each source that its exports, its commands and the others reach, one module in `dist`;
 * for its exports with types. Stack traces and bundlers see the modules as they are written. Source maps would repeat
 * the same code.
 */
export function buildOf({ exports, bin = {} }: Manifest, others: readonly string[] = []): UserConfig {
  const exported = Object.values(exports).filter((path) => path.endsWith('.ts'))
  return {
    entry: [...exported, ...Object.values(bin), ...others],
    platform: 'neutral',
    target: 'es2022',
    unbundle: true,
    deps: { neverBundle: [/^(node|cloudflare):/] },
    // The compiler of the workspace emits the types, and tsdown keeps what the entries reach.
    dts: { entry: exported.map((path) => path.replace('./', '')) },
    suppressWarnings: /`tsgo` generator on TypeScript 7\.0 is deprecated/,
    failOnWarn: true,
    logLevel: 'warn',
  }
}

/**
 * How a part of a provider is known. D: the vendor documents it, or its own client has it. I: inferred from other
 * implementations. U: unknown, so the emulator's way is a guess. With S, the vendor's own client does it in a test.
 */
export type SourceMark = 'D' | 'DS' | 'I' | 'IS' | 'U' | 'US'

/** Where the description of a provider comes from. */
export interface Sources {
  readonly marks: {
    readonly authorization: SourceMark
    readonly token: SourceMark
    /** Also that there is none. */
    readonly refresh: SourceMark
    /** Also that there is none. */
    readonly revocation: SourceMark
    readonly account: SourceMark
    /** The words for dead codes and tokens. */
    readonly errors: SourceMark
  }
  /** The packages of the vendor that run in the tests. */
  readonly clients?: readonly string[]
  /** The pages and repositories of the vendor that were read. */
  readonly pages: readonly string[]
}

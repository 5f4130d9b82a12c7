const REDACTED = '[redacted]'

/**
 * A text that must not leak: JSON, template strings, logs and error messages show `[redacted]` in its place.
 *
 * @example
 * ```ts
 * const token = await connection.accessToken()
 * new WebflowClient({ accessToken: token.reveal() })
 * ```
 */
export class Secret {
  readonly #text: string

  constructor(text: string) {
    this.#text = text
  }

  /** Returns the text itself; nothing else shows it. */
  reveal(): string {
    return this.#text
  }

  toString(): string {
    return REDACTED
  }

  toJSON(): string {
    return REDACTED
  }

  /** What `console.log` prints in Node. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return REDACTED
  }
}

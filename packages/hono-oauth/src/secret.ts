const REDACTED = '[redacted]'

/**
 * A text that must not leak: JSON, template strings, logs and errors show `[redacted]`.
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

  /** The text itself: the one way to it. */
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

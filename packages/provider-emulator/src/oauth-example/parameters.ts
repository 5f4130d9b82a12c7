/** Request parameters by name. One without a value counts as not sent (RFC 6749, 3.1 and 3.2). */
export interface Parameters {
  get(name: string): string | undefined
  /** The names that were sent more than once, which nobody may do. */
  readonly repeated: readonly string[]
}

export function readParameters(sent: URLSearchParams): Parameters {
  const names = [...new Set(sent.keys())]
  return {
    get: (name) => sent.get(name) || undefined,
    repeated: names.filter((name) => sent.getAll(name).length > 1),
  }
}

export const splitScope = (scope: string | undefined): string[] => [
  ...new Set((scope ?? '').split(' ').filter((token) => token !== '')),
]

import type { Context } from 'hono'

/** A control request that cannot be carried out; its message is the answer. */
export class ControlError extends Error {
  override name = 'ControlError'
  readonly status: 400 | 404

  constructor(status: 400 | 404, message: string) {
    super(message)
    this.status = status
  }
}

/** The members of a JSON body; an empty body has none. A member nobody asked for is a mistake. */
export async function readMembers(
  c: Context,
  known: readonly string[],
): Promise<ReadonlyMap<string, unknown>> {
  const text = await c.req.text()
  if (text.trim() === '') return new Map()
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new ControlError(400, 'The body is not valid JSON.')
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ControlError(400, 'The body must be a JSON object.')
  }
  const members = new Map(Object.entries(value))
  for (const name of members.keys()) {
    if (!known.includes(name)) {
      const expected = known.map((member) => `"${member}"`).join(', ')
      throw new ControlError(400, `Unknown member "${name}". Known members: ${expected}.`)
    }
  }
  return members
}

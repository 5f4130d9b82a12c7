import type { Context } from 'hono'
import { ControlError, type Members } from './members.ts'

/** The members of a JSON body; an empty body has none. */
export async function readObject(c: Context): Promise<Members> {
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
  return new Map(Object.entries(value))
}

/** A member nobody asked for is a mistake. */
export function refuseUnknown(members: Members, known: readonly string[]): void {
  for (const name of members.keys()) {
    if (!known.includes(name)) {
      const expected = known.map((member) => `"${member}"`).join(', ')
      throw new ControlError(400, `Unknown member "${name}". Known members: ${expected}.`)
    }
  }
}

/** The members of a JSON body, none of them unknown. */
export async function readMembers(c: Context, known: readonly string[]): Promise<Members> {
  const members = await readObject(c)
  refuseUnknown(members, known)
  return members
}

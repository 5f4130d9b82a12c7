import type { Context, Handler } from 'hono'

/** A control request that cannot be carried out; its message is the answer. */
export class ControlError extends Error {
  override name = 'ControlError'
  readonly status: 400 | 404

  constructor(status: 400 | 404, message: string) {
    super(message)
    this.status = status
  }
}

/** What a control request says, before anybody looked at it. */
export type Members = ReadonlyMap<string, unknown>

/** A member of one type; null counts as absent. */
function member<T>(
  members: Members,
  name: string,
  what: string,
  fits: (value: unknown) => value is T,
): T | undefined {
  const value = members.get(name) ?? undefined
  if (value === undefined || fits(value)) return value
  throw new ControlError(400, `"${name}" must be ${what}.`)
}

const isText = (value: unknown): value is string => typeof value === 'string'
const isFlag = (value: unknown): value is boolean => typeof value === 'boolean'
const isNumber = (value: unknown): value is number => Number.isFinite(value)
const isTextList = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every(isText)
const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const textMember = (members: Members, name: string) =>
  member(members, name, 'a text', isText)

export const flagMember = (members: Members, name: string) =>
  member(members, name, 'true or false', isFlag)

export const numberMember = (members: Members, name: string) =>
  member(members, name, 'a number', isNumber)

export const textListMember = (members: Members, name: string) =>
  member(members, name, 'a list of texts', isTextList)

export const objectMember = (members: Members, name: string) =>
  member(members, name, 'an object', isObject)

export function requiredText(members: Members, name: string): string {
  const text = textMember(members, name)
  if (text === undefined) throw new ControlError(400, `"${name}" is missing.`)
  return text
}

/** The members of a JSON body; an empty body has none. */
export async function readJsonObject(c: Context): Promise<Members> {
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
export function refuseUnknownMembers(members: Members, known: readonly string[]): void {
  for (const name of members.keys()) {
    if (!known.includes(name)) {
      const expected = known.map((member) => `"${member}"`).join(', ')
      throw new ControlError(400, `Unknown member "${name}". Known members: ${expected}.`)
    }
  }
}

/** The members of a JSON body, none of them unknown. */
export async function readMembers(c: Context, known: readonly string[]): Promise<Members> {
  const members = await readJsonObject(c)
  refuseUnknownMembers(members, known)
  return members
}

/** The last route of a path: whatever method came here is not one of those before it. */
export const methodNotAllowed =
  (...allowed: readonly string[]): Handler =>
  (c) =>
    c.json({ error: `Use ${allowed.join(' or ')} here, not ${c.req.method}.` }, 405, {
      Allow: allowed.join(', '),
    })

import type { Context, Handler } from 'hono'

/** Thrown for a wrong control request. The response contains its message. */
export class ControlError extends Error {
  override name = 'ControlError'
  readonly status: 400 | 404

  constructor(status: 400 | 404, message: string) {
    super(message)
    this.status = status
  }
}

/** The members of a control request's body, not validated yet. */
export type Members = ReadonlyMap<string, unknown>

/** Reads a member of one type. Null counts as missing. */
function member<T>(members: Members, name: string, what: string, fits: (value: unknown) => value is T): T | undefined {
  const value = members.get(name) ?? undefined
  if (value === undefined || fits(value)) return value
  throw new ControlError(400, `"${name}" must be ${what}.`)
}

const isText = (value: unknown): value is string => typeof value === 'string'
const isFlag = (value: unknown): value is boolean => typeof value === 'boolean'
const isNumber = (value: unknown): value is number => Number.isFinite(value)
const isTextList = (value: unknown): value is string[] => Array.isArray(value) && value.every(isText)
const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const textMember = (members: Members, name: string) => member(members, name, 'a string', isText)

export const flagMember = (members: Members, name: string) => member(members, name, 'true or false', isFlag)

export const numberMember = (members: Members, name: string) => member(members, name, 'a number', isNumber)

export const textListMember = (members: Members, name: string) =>
  member(members, name, 'an array of strings', isTextList)

export const objectMember = (members: Members, name: string) => member(members, name, 'an object', isObject)

export function requiredText(members: Members, name: string): string {
  const text = textMember(members, name)
  if (text === undefined) throw new ControlError(400, `"${name}" is missing.`)
  return text
}

/** Reads the members of a JSON body. An empty body has none. */
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

/** Throws a ControlError for a member with an unknown name. */
export function refuseUnknownMembers(members: Members, known: readonly string[]): void {
  for (const name of members.keys()) {
    if (!known.includes(name)) {
      const expected = known.map((member) => `"${member}"`).join(', ')
      throw new ControlError(400, `Unknown member "${name}". Known members: ${expected}.`)
    }
  }
}

/** Reads the members of a JSON body and refuses unknown ones. */
export async function readMembers(c: Context, known: readonly string[]): Promise<Members> {
  const members = await readJsonObject(c)
  refuseUnknownMembers(members, known)
  return members
}

/** The last route of a path. It answers every method that no earlier route allows. */
export const methodNotAllowed =
  (...allowed: readonly string[]): Handler =>
  (c) =>
    c.json({ error: `Use ${allowed.join(' or ')} here, not ${c.req.method}.` }, 405, {
      Allow: allowed.join(', '),
    })

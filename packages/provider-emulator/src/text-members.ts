import { parseBody } from './body.ts'

/** The text members of a JSON or form body. Whatever is not text counts as not sent. */
export type TextMembers = ReadonlyMap<string, string>

export function readTextMembers(contentType: string, text: string): TextMembers | undefined {
  const body = parseBody(contentType, text)
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return undefined
  const members = new Map<string, string>()
  for (const [name, value] of Object.entries(body)) {
    if (typeof value === 'string') members.set(name, value)
  }
  return members
}

export const isForm = (contentType: string): boolean =>
  contentType.toLowerCase().includes('x-www-form-urlencoded')

export type FormFields = Readonly<Record<string, string | string[]>>

/** The parameters as an object. The values of a repeated name become an array. */
export function formFieldsOf(parameters: URLSearchParams): FormFields {
  const names = [...new Set(parameters.keys())]
  return Object.fromEntries(
    names.map((name) => {
      const values = parameters.getAll(name)
      return [name, values.length === 1 ? (values[0] ?? '') : values]
    }),
  )
}

/** Parses a JSON or form body. Returns undefined for another media type or malformed JSON. */
export function parseBody(contentType: string, text: string): unknown {
  const mediaType = contentType.split(';', 1)[0]?.trim().toLowerCase()
  if (mediaType === 'application/x-www-form-urlencoded') {
    return formFieldsOf(new URLSearchParams(text))
  }
  if (mediaType !== 'application/json') return undefined
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

/** The text members of a JSON or form body. Other members are ignored. */
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

export const isForm = (contentType: string): boolean => contentType.toLowerCase().includes('x-www-form-urlencoded')

export type Fields = Readonly<Record<string, string | string[]>>

/** Parameters as an object; a repeated name becomes an array, so that no value goes unseen. */
export function fieldsOf(parameters: URLSearchParams): Fields {
  const names = [...new Set(parameters.keys())]
  return Object.fromEntries(
    names.map((name) => {
      const values = parameters.getAll(name)
      return [name, values.length === 1 ? (values[0] ?? '') : values]
    }),
  )
}

/** A request body as JSON or form data; undefined for another media type or malformed JSON. */
export function parseBody(contentType: string, text: string): unknown {
  const mediaType = contentType.split(';', 1)[0]?.trim().toLowerCase()
  if (mediaType === 'application/x-www-form-urlencoded') return fieldsOf(new URLSearchParams(text))
  if (mediaType !== 'application/json') return undefined
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

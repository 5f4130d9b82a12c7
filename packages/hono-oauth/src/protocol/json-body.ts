/** A JSON object as it came over the wire. */
export type JsonObject = Readonly<Record<string, unknown>>

/** The body of an answer as a JSON object, whatever its content type; `undefined` when it is none. */
export async function readJsonObject(response: Response): Promise<JsonObject | undefined> {
  try {
    const json: unknown = JSON.parse(await response.text())
    const isObject = typeof json === 'object' && json !== null && !Array.isArray(json)
    return isObject ? (json as JsonObject) : undefined
  } catch {
    return undefined
  }
}

/** Reads a list of texts; anything else is an empty list. */
export function readTexts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []
}

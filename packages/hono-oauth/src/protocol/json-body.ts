/** A JSON object as it came over the wire. */
export type JsonObject = Readonly<Record<string, unknown>>

/** A text as a JSON object; `undefined` when it is none. */
export function parseJsonObject(text: string): JsonObject | undefined {
  try {
    const json: unknown = JSON.parse(text)
    const isObject = typeof json === 'object' && json !== null && !Array.isArray(json)
    return isObject ? (json as JsonObject) : undefined
  } catch {
    return undefined
  }
}

/** The body of an answer as a JSON object, whatever its content type; `undefined` when it is none. */
export async function readJsonObject(response: Response): Promise<JsonObject | undefined> {
  return parseJsonObject(await response.text())
}

/**
 * An answer as oauth4webapi judges it by its status and body alone: some providers write JSON under
 * another content type, and a challenge in the header says less than the error in the body.
 */
export function jsonResponse(text: string, status: number): Response {
  // An empty text is no body: a status such as 204 may have none.
  return new Response(text || null, { status, headers: { 'content-type': 'application/json' } })
}

/** Reads an object; anything else is an empty one. */
export function readObject(value: unknown): JsonObject {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
  return isObject ? (value as JsonObject) : {}
}

/** Reads a list of texts; anything else is an empty list. */
export function readTexts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []
}

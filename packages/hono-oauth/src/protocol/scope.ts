/**
 * The scope tokens of a text, without repetitions. RFC 6749, section 3.3, separates them by spaces, Webflow by commas.
 *
 * @param text - the scopes of a request or of an answer
 * @example
 * ```ts
 * parseScope('sites:read,pages:read') // ['sites:read', 'pages:read']
 * ```
 */
export function parseScope(text: string): string[] {
  return [...new Set(text.split(/[\s,]+/).filter(Boolean))]
}

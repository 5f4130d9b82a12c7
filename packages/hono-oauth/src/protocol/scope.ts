/**
 * The scope tokens of a text; Webflow separates them by commas, RFC 6749 section 3.3 by spaces.
 *
 * @example
 * ```ts
 * parseScope('sites:read,pages:read') // ['sites:read', 'pages:read']
 * ```
 */
export function parseScope(text: string): string[] {
  return [...new Set(text.split(/[\s,]+/).filter(Boolean))]
}

import type { Json } from './options.ts'

/** What a description's paths lead into. */
export interface Sources {
  readonly login?: Json | undefined
  readonly callback?: Json | undefined
  readonly token?: Json | undefined
  readonly userinfo?: Json | undefined
  readonly claims?: Json | undefined
}

// OpenID Connect allows 255 characters in a `sub`; other servers may need more.
const MAX_LENGTH = 1024

/**
 * The text at a path; numbers and booleans count as their texts. A text of more than 1024 characters counts as absent.
 *
 * @example
 * ```ts
 * textAt({ userinfo: { data: [{ id: 7 }] } }, 'userinfo.data.0.id') // '7'
 * ```
 */
export function textAt(sources: Sources, path: string): string | undefined {
  let value: unknown = sources
  for (const name of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined
    value = (value as Json)[name]
  }
  // Above the safe integers two different ids may become the same number.
  if (typeof value === 'boolean' || Number.isSafeInteger(value)) return String(value)
  return typeof value === 'string' && value !== '' && value.length <= MAX_LENGTH ? value : undefined
}

/** The id at one path, or at several, joined so that no two lists give the same text. */
export function idAt(sources: Sources, paths: string | readonly string[]): string | undefined {
  const ids = [paths].flat().map((path) => textAt(sources, path))
  if (ids.includes(undefined)) return undefined
  return ids.length === 1 ? ids[0] : ids.map((id) => encodeURIComponent(id as string)).join('/')
}

/** The first text that is told. */
export function firstTextAt(sources: Sources, paths: string | readonly string[]): string | undefined {
  return [paths]
    .flat()
    .map((path) => textAt(sources, path))
    .find((text) => text !== undefined)
}

import { isLoopback } from '../../protocol/back-channel.ts'
import type { Json } from './options.ts'

/** The values of placeholders, by name. */
export type Values = Readonly<Record<string, string | undefined>>

const PLACEHOLDER = /\{(\w+)\}/g
// The scheme and the host of a URL, or a placeholder for a whole URL.
const HEAD = /^(?:https?:\/\/)?[^/?#]*/

/** The names of the placeholders in a text. */
export function placeholdersIn(template: string): string[] {
  return [...template.matchAll(PLACEHOLDER)].map(([, name = '']) => name)
}

/** The part of a URL with scheme and host, before placeholders are filled. */
export function headOf(template: string): string {
  return HEAD.exec(template)?.[0] ?? ''
}

/**
 * A URL with its placeholders filled. A value in the host must be a host name, a value at the start a whole URL; a
 * value behind the host is percent-encoded.
 *
 * @param hosts - the hosts to which a URL with a placeholder in its host may lead
 * @returns `undefined` when a value is missing, or when the URL would lead elsewhere
 */
export function fillUrl(template: string, values: Values, hosts: readonly string[]): URL | undefined {
  const head = headOf(template)
  if (!template.includes('{')) return new URL(template)
  let isTold = true
  const fill = (part: string, encode: (value: string) => string) =>
    part.replace(PLACEHOLDER, (_, name: string) => {
      const value = Object.hasOwn(values, name) ? values[name] : undefined
      if (value === undefined) isTold = false
      return encode(value ?? '')
    })
  const inHost = (value: string) => {
    if (!/^[a-z0-9.-]+$/i.test(value)) isTold = false
    return value.toLowerCase()
  }
  const isWhole = head.startsWith('{')
  const text = fill(head, isWhole ? String : inHost) + fill(template.slice(head.length), percentEncode)
  if (!isTold || !URL.canParse(text)) return undefined
  const url = new URL(text)
  if (!head.includes('{')) return spelledAs(url, text) ? url : undefined
  const isPlain = url.protocol === 'https:' && !url.username && !url.password && !url.port && !url.hash
  const isListed = hosts.some((host) => isHostOf(url.hostname, host))
  return spelledAs(url, text) && isPlain && isListed ? url : undefined
}

/** Percent-encodes a value. The URL parser encodes an apostrophe in a query, and `encodeURIComponent` does not. */
function percentEncode(value: string): string {
  return encodeURIComponent(value).replaceAll("'", '%27')
}

/** Whether a URL is the text that it was parsed from: nothing was read as something else, such as `..` or a tab. */
function spelledAs(url: URL, text: string): boolean {
  return url.href === text || url.href === `${text}/`
}

/** Whether a host is the one that a pattern names; `*` stands for one or more labels. */
export function isHostOf(hostname: string, pattern: string): boolean {
  if (!pattern.startsWith('*.')) return hostname === pattern
  const labels = hostname.slice(0, -pattern.length + 1)
  return hostname.endsWith(pattern.slice(1)) && /^[a-z0-9-]+(\.[a-z0-9-]+)*$/.test(labels)
}

/**
 * A text of a body or a header with its known placeholders filled; other braces stay.
 *
 * @param known - the names that are placeholders here
 * @returns `undefined` when a value is missing
 */
export function fillText(template: string, values: Values, known: ReadonlySet<string>): string | undefined {
  let isTold = true
  const text = template.replace(PLACEHOLDER, (braces: string, name: string) => {
    if (!known.has(name)) return braces
    const value = values[name]
    if (value === undefined) isTold = false
    return value ?? ''
  })
  return isTold ? text : undefined
}

/** {@link fillText} for each text of a record; `undefined` when a value is missing. */
export function fillTexts(
  templates: Readonly<Record<string, string>>,
  values: Values,
  known: ReadonlySet<string>,
): Record<string, string> | undefined {
  const filled = Object.entries(templates).map(([name, text]) => [name, fillText(text, values, known)] as const)
  if (filled.some(([, text]) => text === undefined)) return undefined
  return Object.fromEntries(filled as [string, string][])
}

/** {@link fillText} for each text in a JSON value; `undefined` when a value is missing. */
export function fillJson(json: Json, values: Values, known: ReadonlySet<string>): Json | undefined {
  let isTold = true
  const filled = JSON.parse(JSON.stringify(json), (_, value: unknown) => {
    if (typeof value !== 'string') return value
    const text = fillText(value, values, known)
    if (text === undefined) isTold = false
    return text ?? ''
  })
  return isTold ? filled : undefined
}

/**
 * Whether a URL is https, or http on this machine, without credentials and fragment.
 *
 * @param mayBeLocal - whether http on this machine is allowed
 */
export function isPlainUrl(url: URL, mayBeLocal = true): boolean {
  const isSafe = url.protocol === 'https:' || (mayBeLocal && url.protocol === 'http:' && isLoopback(url))
  return isSafe && !url.username && !url.password && !url.href.includes('#')
}

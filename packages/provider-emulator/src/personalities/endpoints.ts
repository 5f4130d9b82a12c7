import type { Texts } from './contexts.ts'

/** An endpoint that was written as `host/path` or `METHOD host/path`. */
export interface Endpoint {
  /** Undefined if any method fits. */
  readonly method: string | undefined
  /** The texts of the placeholders, or undefined if the host or path is another one. */
  match(host: string, path: string): Texts | undefined
}

const escapeText = (text: string): string => text.replace(/[.*+?^$()|[\]\\]/g, '\\$&')

const pattern = (template: string, placeholder: string): string =>
  escapeText(template).replaceAll(/\{(\w+)\}/g, `(?<$1>${placeholder})`)

export function compileEndpoint(text: string): Endpoint {
  const [, method, host = '', path = ''] = /^(?:([A-Z]+) )?([^/]+)(\/.*)$/.exec(text) ?? []
  // A part of a host may have dots: `{domain}.salesforce.com` stands for `acme.my.salesforce.com` too.
  const address = new RegExp(`^${pattern(host, '[a-z0-9.-]+')}${pattern(path, '[^/]+')}$`)
  return {
    method,
    match(sentHost, sentPath) {
      const found = address.exec(`${sentHost}${sentPath}`)
      return found === null ? undefined : { ...found.groups }
    },
  }
}

/** The URL of an endpoint whose placeholders have these texts. */
export const urlOfEndpoint = (text: string, texts: Texts): string =>
  `https://${text.replace(/^[A-Z]+ /, '').replaceAll(/\{(\w+)\}/g, (whole, name: string) => texts[name] ?? whole)}`

/** Whether a host is in a list that may have `*.example.com`. */
export const isHostOf = (hosts: readonly string[], host: string): boolean =>
  hosts.some((known) => (known.startsWith('*.') ? host.endsWith(known.slice(1)) : host === known))

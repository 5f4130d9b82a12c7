export type Parameters = readonly [name: string, value: string][]

/** Adds parameters to a URL and keeps its own query byte for byte. */
export function withParameters(address: string, parameters: Parameters): string {
  // URLSearchParams would re-encode the URL's own query.
  const query = new URLSearchParams([...parameters]).toString()
  if (query === '') return address
  const [base = '', ...fragment] = address.split('#')
  const location = `${base}${base.includes('?') ? '&' : '?'}${query}`
  return [location, ...fragment].join('#')
}

export const redirectTo = (location: string): Response =>
  new Response(null, {
    status: 302,
    headers: {
      Location: location,
      'Cache-Control': 'no-store',
      'Referrer-Policy': 'no-referrer',
    },
  })

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]'])

/** Parses an http or https URL. */
export function parseWebUrl(text: string): URL | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined
  return url !== undefined && ['http:', 'https:'].includes(url.protocol) ? url : undefined
}

/** Whether a URL uses plain http for a host other than this machine. */
export const isInsecureUrl = ({ protocol, hostname }: URL): boolean => protocol === 'http:' && !LOOPBACK.has(hostname)

/** Throws for a registered URL that cannot work. `setting` is the name of its option. */
export function checkRegisteredUrl(setting: string, address: string, insecure: 'loopback' | 'anywhere'): void {
  const url = parseWebUrl(address)
  if (url === undefined || address.includes('#')) {
    throw new Error(`"${setting}": "${address}" must be an http or https URL without a fragment.`)
  }
  if (insecure === 'loopback' && isInsecureUrl(url)) {
    throw new Error(`"${setting}": "${address}" must use https; http is for localhost only.`)
  }
}
